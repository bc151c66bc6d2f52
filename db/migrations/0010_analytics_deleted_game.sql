CREATE TABLE "analytics_deleted_game" (
	"id" text PRIMARY KEY NOT NULL,
	"shards_max" smallint NOT NULL,
	"receipt_id" text,
	"deleted_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "analytics_game" ADD COLUMN "shards_max" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
UPDATE "analytics_game" SET shards_max = (settings->>'shards')::smallint WHERE (settings->>'shards')::smallint > 1;

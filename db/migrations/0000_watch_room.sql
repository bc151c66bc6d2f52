CREATE TABLE "watch_room" (
	"id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"media_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "watch_room_created_at_idx" ON "watch_room" USING btree ("created_at");
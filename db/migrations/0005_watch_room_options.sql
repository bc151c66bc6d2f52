DROP INDEX "watch_room_created_at_idx";--> statement-breakpoint
ALTER TABLE "watch_room" ALTER COLUMN "created_at" SET DATA TYPE timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "watch_room" ALTER COLUMN "created_at" SET DEFAULT now();--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "source" jsonb;--> statement-breakpoint
UPDATE "watch_room" SET "source" = jsonb_build_object('kind', 'sample', 'id', "media_id");--> statement-breakpoint
ALTER TABLE "watch_room" ALTER COLUMN "source" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "max_participants" integer DEFAULT 10 NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "permissions" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "gate" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "public" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "password_hash" text;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "invite_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "created_by" text;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "joined" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD COLUMN "used_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "watch_room" ADD CONSTRAINT "watch_room_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "watch_room_public_idx" ON "watch_room" USING btree ("created_at","id") WHERE "watch_room"."public";--> statement-breakpoint
CREATE INDEX "watch_room_created_by_idx" ON "watch_room" USING btree ("created_by","created_at","id");--> statement-breakpoint
CREATE INDEX "watch_room_used_at_idx" ON "watch_room" USING btree ("used_at");--> statement-breakpoint
ALTER TABLE "watch_room" DROP COLUMN "media_id";--> statement-breakpoint
ALTER TABLE "watch_room" ADD CONSTRAINT "watch_room_max_participants_check" CHECK ("watch_room"."max_participants" between 1 and 200);
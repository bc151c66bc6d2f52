CREATE TABLE "match_ban_mark" (
	"id" text PRIMARY KEY NOT NULL,
	"ban_id" text,
	"mark" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "match_ban_mark_expiry_check" CHECK (expires_at > created_at)
);
--> statement-breakpoint
ALTER TABLE "match_ban_mark" ADD CONSTRAINT "match_ban_mark_ban_id_match_ban_id_fk" FOREIGN KEY ("ban_id") REFERENCES "public"."match_ban"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "match_ban_mark_mark_idx" ON "match_ban_mark" USING btree ("mark");--> statement-breakpoint
CREATE INDEX "match_ban_mark_ban_id_idx" ON "match_ban_mark" USING btree ("ban_id");--> statement-breakpoint
CREATE INDEX "match_ban_mark_expires_at_idx" ON "match_ban_mark" USING btree ("expires_at");
CREATE TABLE "match_ban" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"reason" text NOT NULL,
	"report_id" text,
	"banned_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"lifted_at" timestamp (3) with time zone,
	"lifted_by" text,
	CONSTRAINT "match_ban_expiry_check" CHECK (expires_at is null or expires_at > created_at),
	CONSTRAINT "match_ban_lifted_check" CHECK ((lifted_at is null) = (lifted_by is null))
);
--> statement-breakpoint
CREATE TABLE "match_block" (
	"blocker_id" text NOT NULL,
	"blocked_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "match_block_blocker_id_blocked_id_pk" PRIMARY KEY("blocker_id","blocked_id"),
	CONSTRAINT "match_block_self_check" CHECK (blocker_id <> blocked_id)
);
--> statement-breakpoint
CREATE TABLE "match_call" (
	"call_id" text NOT NULL,
	"user_id" text NOT NULL,
	"partner_id" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"rating" smallint,
	"rated_at" timestamp (3) with time zone,
	CONSTRAINT "match_call_call_id_user_id_pk" PRIMARY KEY("call_id","user_id"),
	CONSTRAINT "match_call_time_check" CHECK (ended_at >= started_at),
	CONSTRAINT "match_call_rating_check" CHECK (rating between 1 and 5),
	CONSTRAINT "match_call_rated_check" CHECK ((rating is null) = (rated_at is null))
);
--> statement-breakpoint
CREATE TABLE "match_consent" (
	"user_id" text NOT NULL,
	"rules_version" integer NOT NULL,
	"confirmed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "match_consent_user_id_rules_version_pk" PRIMARY KEY("user_id","rules_version")
);
--> statement-breakpoint
CREATE TABLE "match_moved" (
	"guest_id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"moved_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "match_picture" (
	"key" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"type" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"shown" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "match_profile" (
	"user_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"age_range" text NOT NULL,
	"languages" text[] NOT NULL,
	"interests" text[] NOT NULL,
	"gender" text,
	"bio" text NOT NULL,
	"links" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "match_profile_links_check" CHECK (octet_length(links::text) <= 8192)
);
--> statement-breakpoint
CREATE TABLE "match_report" (
	"id" text PRIMARY KEY NOT NULL,
	"call_id" text NOT NULL,
	"reporter_id" text,
	"reported_id" text NOT NULL,
	"reason" text NOT NULL,
	"details" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"decision" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	"note" text,
	CONSTRAINT "match_report_details_check" CHECK (char_length(details) <= 1000),
	CONSTRAINT "match_report_decided_check" CHECK ((decision is null) = (decided_at is null)),
	CONSTRAINT "match_report_decision_check" CHECK (decision in ('dismissed', 'warned', 'banned'))
);
--> statement-breakpoint
ALTER TABLE "match_ban" ADD CONSTRAINT "match_ban_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_ban" ADD CONSTRAINT "match_ban_report_id_match_report_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."match_report"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_block" ADD CONSTRAINT "match_block_blocker_id_user_id_fk" FOREIGN KEY ("blocker_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_block" ADD CONSTRAINT "match_block_blocked_id_user_id_fk" FOREIGN KEY ("blocked_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_call" ADD CONSTRAINT "match_call_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_call" ADD CONSTRAINT "match_call_partner_id_user_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_consent" ADD CONSTRAINT "match_consent_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_moved" ADD CONSTRAINT "match_moved_account_id_user_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_picture" ADD CONSTRAINT "match_picture_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_profile" ADD CONSTRAINT "match_profile_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_report" ADD CONSTRAINT "match_report_reporter_id_user_id_fk" FOREIGN KEY ("reporter_id") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "match_report" ADD CONSTRAINT "match_report_reported_id_user_id_fk" FOREIGN KEY ("reported_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "match_ban_user_id_idx" ON "match_ban" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "match_ban_created_at_idx" ON "match_ban" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "match_ban_report_id_idx" ON "match_ban" USING btree ("report_id");--> statement-breakpoint
CREATE INDEX "match_block_blocked_id_idx" ON "match_block" USING btree ("blocked_id");--> statement-breakpoint
CREATE INDEX "match_block_blocker_id_created_at_idx" ON "match_block" USING btree ("blocker_id","created_at","blocked_id");--> statement-breakpoint
CREATE INDEX "match_call_user_id_started_at_idx" ON "match_call" USING btree ("user_id","started_at","call_id");--> statement-breakpoint
CREATE INDEX "match_call_partner_id_idx" ON "match_call" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "match_moved_account_id_idx" ON "match_moved" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "match_picture_shown_idx" ON "match_picture" USING btree ("user_id") WHERE shown;--> statement-breakpoint
CREATE INDEX "match_picture_user_id_idx" ON "match_picture" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "match_picture_unused_idx" ON "match_picture" USING btree ("created_at") WHERE not shown or user_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "match_report_call_id_reporter_id_idx" ON "match_report" USING btree ("call_id","reporter_id");--> statement-breakpoint
CREATE INDEX "match_report_reporter_id_idx" ON "match_report" USING btree ("reporter_id");--> statement-breakpoint
CREATE INDEX "match_report_reported_id_idx" ON "match_report" USING btree ("reported_id","created_at","id");--> statement-breakpoint
CREATE INDEX "match_report_open_idx" ON "match_report" USING btree ("created_at","id") WHERE decision is null;--> statement-breakpoint
CREATE INDEX "match_report_closed_idx" ON "match_report" USING btree ("created_at","id") WHERE decision is not null;
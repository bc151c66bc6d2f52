CREATE TABLE "analytics_day" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"day" date NOT NULL,
	"events" bigint DEFAULT 0 NOT NULL,
	"errors" bigint DEFAULT 0 NOT NULL,
	"players" bigint DEFAULT 0 NOT NULL,
	"new_players" bigint DEFAULT 0 NOT NULL,
	"sessions" bigint DEFAULT 0 NOT NULL,
	"session_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "analytics_day_game_id_env_day_pk" PRIMARY KEY("game_id","env","day")
);
--> statement-breakpoint
CREATE TABLE "analytics_erasure" (
	"id" text PRIMARY KEY NOT NULL,
	"game_id" text NOT NULL,
	"player_hash" text NOT NULL,
	"erased_ms" bigint NOT NULL,
	"rows" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "analytics_event" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"day" date NOT NULL,
	"uuid" uuid NOT NULL,
	"retention" smallint NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"player_id" text NOT NULL,
	"session_id" uuid,
	"at_ms" bigint NOT NULL,
	"corrected_ms" bigint NOT NULL,
	"received_ms" bigint NOT NULL,
	"level" text,
	"status" text,
	"attempt" integer,
	"score" bigint,
	"duration_ms" integer,
	"app_version" text,
	"platform" text,
	"props" jsonb,
	CONSTRAINT "analytics_event_game_id_env_day_uuid_retention_pk" PRIMARY KEY("game_id","env","day","uuid","retention")
) PARTITION BY RANGE ("retention", "day");
--> statement-breakpoint
CREATE TABLE "analytics_event_rule" (
	"game_id" text NOT NULL,
	"name" text NOT NULL,
	"rule" jsonb NOT NULL,
	CONSTRAINT "analytics_event_rule_game_id_name_pk" PRIMARY KEY("game_id","name")
);
--> statement-breakpoint
CREATE TABLE "analytics_game" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text,
	"user_id" text,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"retention_days" smallint NOT NULL,
	"retention_days_before" smallint NOT NULL,
	"retention_from" date NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "analytics_game_owner_check" CHECK ((organization_id is null) <> (user_id is null)),
	CONSTRAINT "analytics_game_retention_check" CHECK (retention_days in (7, 30, 90, 365) and retention_days_before in (7, 30, 90, 365))
);
--> statement-breakpoint
CREATE TABLE "analytics_key" (
	"id" text PRIMARY KEY NOT NULL,
	"game_id" text NOT NULL,
	"kind" text NOT NULL,
	"env" text NOT NULL,
	"name" text NOT NULL,
	"start" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "analytics_key_kind_check" CHECK (kind in ('write', 'secret')),
	CONSTRAINT "analytics_key_env_check" CHECK (env in ('live', 'sandbox'))
);
--> statement-breakpoint
CREATE TABLE "analytics_level_day" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"day" date NOT NULL,
	"level" text NOT NULL,
	"starts" bigint DEFAULT 0 NOT NULL,
	"completes" bigint DEFAULT 0 NOT NULL,
	"fails" bigint DEFAULT 0 NOT NULL,
	"quits" bigint DEFAULT 0 NOT NULL,
	"duration_ms" bigint DEFAULT 0 NOT NULL,
	"timed" bigint DEFAULT 0 NOT NULL,
	"score" bigint DEFAULT 0 NOT NULL,
	"scored" bigint DEFAULT 0 NOT NULL,
	"players" bigint DEFAULT 0 NOT NULL,
	"winners" bigint DEFAULT 0 NOT NULL,
	"win_attempts" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "analytics_level_day_game_id_env_day_level_pk" PRIMARY KEY("game_id","env","day","level")
);
--> statement-breakpoint
CREATE TABLE "analytics_player" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"player_id" text NOT NULL,
	"first_day" date NOT NULL,
	CONSTRAINT "analytics_player_game_id_env_player_id_pk" PRIMARY KEY("game_id","env","player_id")
);
--> statement-breakpoint
CREATE TABLE "analytics_player_day" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"day" date NOT NULL,
	"player_id" text NOT NULL,
	CONSTRAINT "analytics_player_day_game_id_env_day_player_id_pk" PRIMARY KEY("game_id","env","day","player_id")
);
--> statement-breakpoint
CREATE TABLE "analytics_player_level" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"level" text NOT NULL,
	"player_id" text NOT NULL,
	"started_ms" bigint,
	"completed_ms" bigint,
	"completed_uuid" uuid,
	"win_attempt" integer,
	CONSTRAINT "analytics_player_level_game_id_env_level_player_id_pk" PRIMARY KEY("game_id","env","level","player_id")
);
--> statement-breakpoint
CREATE TABLE "analytics_revenue" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"store" text NOT NULL,
	"transaction_id" text NOT NULL,
	"uuid" uuid NOT NULL,
	"type" text NOT NULL,
	"refund_of" text,
	"player_id" text,
	"session_id" uuid,
	"product" text,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"verified" boolean NOT NULL,
	"day" date NOT NULL,
	"at_ms" bigint NOT NULL,
	"received_ms" bigint NOT NULL,
	"props" jsonb,
	CONSTRAINT "analytics_revenue_game_id_env_store_transaction_id_pk" PRIMARY KEY("game_id","env","store","transaction_id"),
	CONSTRAINT "analytics_revenue_type_check" CHECK (type in ('purchase', 'refund')),
	CONSTRAINT "analytics_revenue_amount_check" CHECK (amount_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "analytics_revenue_day" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"purchases" bigint DEFAULT 0 NOT NULL,
	"purchased_minor" bigint DEFAULT 0 NOT NULL,
	"refunds" bigint DEFAULT 0 NOT NULL,
	"refunded_minor" bigint DEFAULT 0 NOT NULL,
	"verified_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "analytics_revenue_day_game_id_env_day_currency_pk" PRIMARY KEY("game_id","env","day","currency")
);
--> statement-breakpoint
CREATE TABLE "analytics_session" (
	"game_id" text NOT NULL,
	"env" text NOT NULL,
	"id" uuid NOT NULL,
	"player_id" text NOT NULL,
	"day" date NOT NULL,
	"started_ms" bigint NOT NULL,
	"last_ms" bigint NOT NULL,
	"seen_ms" bigint NOT NULL,
	"open" boolean NOT NULL,
	"ended" boolean NOT NULL,
	CONSTRAINT "analytics_session_game_id_env_id_pk" PRIMARY KEY("game_id","env","id")
);
--> statement-breakpoint
ALTER TABLE "analytics_event_rule" ADD CONSTRAINT "analytics_event_rule_game_id_analytics_game_id_fk" FOREIGN KEY ("game_id") REFERENCES "public"."analytics_game"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_game" ADD CONSTRAINT "analytics_game_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_game" ADD CONSTRAINT "analytics_game_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics_key" ADD CONSTRAINT "analytics_key_game_id_analytics_game_id_fk" FOREIGN KEY ("game_id") REFERENCES "public"."analytics_game"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "analytics_erasure_player_hash_idx" ON "analytics_erasure" USING btree ("game_id","player_hash");--> statement-breakpoint
CREATE INDEX "analytics_event_player_idx" ON "analytics_event" USING btree ("game_id","env","player_id","day");--> statement-breakpoint
CREATE INDEX "analytics_event_name_idx" ON "analytics_event" USING btree ("game_id","env","name","day");--> statement-breakpoint
CREATE INDEX "analytics_game_organization_id_idx" ON "analytics_game" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "analytics_game_user_id_idx" ON "analytics_game" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "analytics_key_game_id_idx" ON "analytics_key" USING btree ("game_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "analytics_key_hash_idx" ON "analytics_key" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "analytics_player_first_day_idx" ON "analytics_player" USING btree ("game_id","env","first_day");--> statement-breakpoint
CREATE INDEX "analytics_player_day_player_idx" ON "analytics_player_day" USING btree ("game_id","env","player_id");--> statement-breakpoint
CREATE INDEX "analytics_player_level_player_idx" ON "analytics_player_level" USING btree ("game_id","env","player_id");--> statement-breakpoint
CREATE INDEX "analytics_revenue_day_idx" ON "analytics_revenue" USING btree ("game_id","env","day");--> statement-breakpoint
CREATE INDEX "analytics_revenue_player_idx" ON "analytics_revenue" USING btree ("game_id","env","player_id");--> statement-breakpoint
CREATE INDEX "analytics_session_open_idx" ON "analytics_session" USING btree ("game_id","env","seen_ms") WHERE open;--> statement-breakpoint
CREATE INDEX "analytics_session_player_idx" ON "analytics_session" USING btree ("game_id","env","player_id");--> statement-breakpoint
CREATE INDEX "analytics_session_day_idx" ON "analytics_session" USING btree ("game_id","env","day");
CREATE TABLE "job" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempts_max" integer NOT NULL,
	"run_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"redispatch_at" timestamp (3) with time zone NOT NULL,
	"lease_token" uuid,
	"lease_until" timestamp (3) with time zone,
	"worker" text,
	"progress" real DEFAULT 0 NOT NULL,
	"progress_note" text,
	"checkpoint" jsonb,
	"idempotency_key" text,
	"result" jsonb,
	"error_code" text,
	"error_message" text,
	"cancel_requested_at" timestamp (3) with time zone,
	"revision" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "job_status_check" CHECK (status in ('queued', 'running', 'done', 'dead', 'cancelled')),
	CONSTRAINT "job_lease_check" CHECK ((status = 'running') = (lease_token is not null)),
	CONSTRAINT "job_lease_until_check" CHECK ((lease_token is null) = (lease_until is null)),
	CONSTRAINT "job_finished_check" CHECK ((status in ('done', 'dead', 'cancelled')) = (finished_at is not null)),
	CONSTRAINT "job_attempts_check" CHECK (attempts between 0 and attempts_max),
	CONSTRAINT "job_progress_check" CHECK (progress between 0 and 1),
	CONSTRAINT "job_payload_check" CHECK (octet_length(payload::text) <= 65536),
	CONSTRAINT "job_checkpoint_check" CHECK (octet_length(checkpoint::text) <= 65536),
	CONSTRAINT "job_result_check" CHECK (octet_length(result::text) <= 65536)
);
--> statement-breakpoint
CREATE UNIQUE INDEX "job_idempotency_key_idx" ON "job" USING btree ("kind","idempotency_key") WHERE idempotency_key is not null;--> statement-breakpoint
CREATE INDEX "job_lease_until_idx" ON "job" USING btree ("lease_until") WHERE status = 'running';--> statement-breakpoint
CREATE INDEX "job_redispatch_at_idx" ON "job" USING btree ("redispatch_at") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "job_finished_at_idx" ON "job" USING btree ("finished_at") WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX "job_status_created_at_idx" ON "job" USING btree ("status","created_at","id");
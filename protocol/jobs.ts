import { z } from "zod";

/**
 * Where a job stands. `queued` waits for its time or for a worker, `running` is leased to one,
 * `done`, `dead` (given up) and `cancelled` are ends; a person may send the last two on again.
 */
export const jobStatuses = ["queued", "running", "done", "dead", "cancelled"] as const;
export const jobStatusSchema = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** Longest answer to a question that waits for news of a job. */
export const jobWait_s_max = 25;
export const jobPage_max = 100;

export const jobIdSchema = z.uuid();

/** Why the last attempt failed: a stable code, and a sentence without a stack. */
export const jobErrorSchema = z.object({ code: z.string(), message: z.string() });

/** A background job as operators see it. All times are milliseconds since 1970. */
export const jobSchema = z
  .object({
    id: jobIdSchema,
    kind: z.string(),
    status: jobStatusSchema,
    /** Raised by every change that is worth showing; ask with it to wait for the next one. */
    revision: z.number().int(),
    attempts: z.number().int(),
    attempts_max: z.number().int(),
    /** From 0 to 1, as far as the job itself can tell. */
    progress: z.number(),
    progressNote: z.string().nullable(),
    cancelRequested: z.boolean(),
    idempotencyKey: z.string().nullable(),
    /** The earliest moment of the next attempt. */
    runAt_ms: z.number(),
    leaseUntil_ms: z.number().nullable(),
    error: jobErrorSchema.nullable(),
    createdAt_ms: z.number(),
    updatedAt_ms: z.number(),
    finishedAt_ms: z.number().nullable(),
  })
  .meta({ id: "Job" });
export type Job = z.infer<typeof jobSchema>;

/** One job with what it was given and what came of it. */
export const jobDetailSchema = jobSchema
  .extend({ payload: z.unknown(), result: z.unknown() })
  .meta({ id: "JobDetail" });
export type JobDetail = z.infer<typeof jobDetailSchema>;

/** One page of jobs, newest first; `cursor` asks for the next and is null on the last. */
export const jobPageSchema = z
  .object({ jobs: z.array(jobSchema).max(jobPage_max), cursor: z.string().nullable() })
  .meta({ id: "JobPage" });

import type { z } from "zod";
import { JobFailure, JobInputError } from "./errors.ts";
import { jsonText } from "./json.ts";
import { jobLimits } from "./limits.ts";

/** What a handler works with. */
export interface JobContext<Payload, Checkpoint, Effect> {
  readonly id: string;
  readonly payload: Payload;
  /** Counts from 1. */
  readonly attempt: number;
  /** The state that an earlier attempt committed; undefined at first. Start from there. */
  readonly checkpoint: Checkpoint | undefined;
  /** Aborts when the job shall stop: cancelled, out of time, or its lease lost. */
  readonly signal: AbortSignal;
  /** Tells how far the job is, from 0 to 1. Costs nothing by itself: it goes with a heartbeat. */
  progress(fraction: number, note?: string): void;
  /**
   * Commits a part of the work: database effects and the checkpoint that says they are done, all or
   * nothing, and only while this worker has the job. What is committed is never done again, because
   * the next attempt starts from the checkpoint.
   *
   * After an error nobody knows whether it was committed, so every later commit of this attempt
   * throws too, and the job's next attempt finds out from its checkpoint.
   * @throws LeaseLostError
   */
  commit(step: {
    readonly effects?: readonly Effect[];
    readonly checkpoint?: Checkpoint;
  }): Promise<void>;
  /**
   * A key for an effect outside the database: the same in every attempt of this job, and in no
   * other job. Send it along, and whoever takes it can do the thing once.
   * @param step name of the effect among those of this job
   */
  idempotencyKey(step: string): string;
}

/** What a handler hands back: its result, and effects to commit together with the job's end. */
export interface JobOutcome<Result, Effect> {
  readonly result: Result;
  readonly effects?: readonly Effect[];
}

/** A kind of job, with its types hidden behind its schemas. Made by `jobKind`. */
export interface JobKind<Effect, Input = never> {
  readonly attempts_max: number;
  readonly run_ms_max: number;
  /** @throws JobInputError */
  payloadText(input: Input): string;
  /** @throws JobFailure for a payload or a result that does not fit; whatever the handler throws */
  run(context: JobContext<unknown, unknown, Effect>): Promise<JobOutcome<unknown, Effect>>;
}

/** The table of all kinds, by name. */
export type JobKinds<Effect> = Readonly<Record<string, JobKind<Effect>>>;

/** What a job of this kind is given. */
export type JobInput<Kind> = Kind extends JobKind<infer _Effect, infer Input> ? Input : never;

export interface JobKindOptions<
  Payload extends z.ZodType,
  Result extends z.ZodType,
  Checkpoint extends z.ZodType,
  Effect,
> {
  readonly payload: Payload;
  readonly result: Result;
  readonly checkpoint?: Checkpoint;
  /** Attempts before the job is dead. */
  readonly attempts_max?: number;
  /** How long one attempt may take; a Worker's consumer is ended after 15 minutes. */
  readonly run_ms_max?: number;
  run(
    context: JobContext<z.output<Payload>, z.output<Checkpoint>, Effect>,
  ): Promise<JobOutcome<z.input<Result>, Effect>>;
}

/**
 * Declares a kind of job. Payload, checkpoint and result are JSON and pass their schemas each time
 * they are read or written, since a job may outlive the code that queued it.
 * @example
 * const kinds = { "mail.send": jobKind<JobEffect>()({ payload, result, run: async (context) => ... }) };
 */
export function jobKind<Effect>() {
  return <
    Payload extends z.ZodType,
    Result extends z.ZodType,
    Checkpoint extends z.ZodType = z.ZodNever,
  >(
    options: JobKindOptions<Payload, Result, Checkpoint, Effect>,
  ): JobKind<Effect, z.input<Payload>> => ({
    attempts_max: options.attempts_max ?? 3,
    run_ms_max: options.run_ms_max ?? 10 * 60_000,
    payloadText: (input) => payloadText(options.payload, input),
    run: async (context) => {
      const outcome = await options.run({
        ...context,
        payload: parsed("payload_invalid", options.payload, context.payload),
        checkpoint: checkpointOf(options.checkpoint, context.checkpoint),
        commit: (step) => context.commit(step),
      });
      parsed("result_invalid", options.result, outcome.result);
      return outcome;
    },
  });
}

function payloadText(schema: z.ZodType, input: unknown): string {
  const fits = schema.safeParse(input);
  if (!fits.success) throw new JobInputError("payload_invalid", firstIssue(fits.error));
  const json = jsonText(input, jobLimits.payload_bytes_max);
  if (json.type === "text") return json.text;
  const code = json.type === "invalid" ? "payload_invalid" : "payload_too_large";
  throw new JobInputError(code, `the payload cannot be kept: ${json.why}`);
}

function checkpointOf<Checkpoint extends z.ZodType>(
  schema: Checkpoint | undefined,
  value: unknown,
): z.output<Checkpoint> | undefined {
  if (schema === undefined || value === null || value === undefined) return undefined;
  return parsed("checkpoint_invalid", schema, value);
}

function parsed<Schema extends z.ZodType>(
  code: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const fits = schema.safeParse(value);
  if (fits.success) return fits.data;
  // The same value will not fit the next time either.
  throw new JobFailure(code, firstIssue(fits.error), { permanent: true });
}

/** Which field is wrong, without its value. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join(".") ?? "";
  return `${path === "" ? "the value" : path}: ${issue?.code ?? "does not fit"}`;
}

import type { JobCursor } from "../../db/queries/job-read.ts";
import type { Job } from "../../protocol/jobs.ts";
import { jobIdSchema } from "../../protocol/jobs.ts";

/** The place behind a job, as text for a URL. Callers take it as it is. */
export function cursorBehind({ createdAt_ms, id }: Job): string {
  return `${createdAt_ms}.${id}`;
}

/** The place a text names, or undefined if it names none. */
export function parseCursor(text: string): JobCursor | undefined {
  const [, digits, id] = /^(\d{1,15})\.(.+)$/.exec(text) ?? [];
  const parsed = jobIdSchema.safeParse(id);
  return digits === undefined || !parsed.success
    ? undefined
    : { createdAt_ms: Number(digits), id: parsed.data };
}

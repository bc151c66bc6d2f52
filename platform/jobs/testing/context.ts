import type { JobContext } from "../kind.ts";

/** What a handler that commits nothing is run with, outside of a worker: the first attempt of a job. */
export function contextOf(
  payload: unknown,
  signal = new AbortController().signal,
): JobContext<unknown, unknown, never> {
  return {
    id: "job",
    payload,
    attempt: 1,
    checkpoint: undefined,
    signal,
    progress: () => {},
    commit: () => Promise.reject(new Error("it needs no fence")),
    idempotencyKey: (step) => `job:1:${step}`,
  };
}

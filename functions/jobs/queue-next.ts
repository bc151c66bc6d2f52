/** Queues a further job; of one key only the first. */
export type QueueNext = (
  kind: string,
  payload: unknown,
  idempotencyKey: string,
) => Promise<unknown>;

/** An answer that nobody has taken after this time is not worth taking any more. */
const kept_ms_max = 30_000;
const asked_max = 4;

const asked = new Map<string, { readonly answer: Promise<Response>; readonly at_ms: number }>();

/**
 * Asks the API for something before the page that shows it is there; its call then takes the answer.
 * @param path as the page's own call has it, with the query in the same order
 */
export function askAhead(path: string, now_ms = performance.now()): void {
  if (asked.size >= asked_max) return;
  const answer = fetch(path);
  // Who takes it meets the error; if nobody does, nobody misses it.
  answer.catch(() => {});
  asked.set(path, { answer, at_ms: now_ms });
}

/** What a typed client fetches with: an answer that was asked for ahead, once, or a new one. */
export async function fetchOrTake(
  input: RequestInfo | URL,
  init?: RequestInit,
  now_ms = performance.now(),
): Promise<Response> {
  const path = typeof input === "string" && init?.method === "GET" ? input : "";
  const early = asked.get(path);
  asked.delete(path);
  if (early === undefined || now_ms - early.at_ms > kept_ms_max) return await fetch(input, init);
  return await orAborted(early.answer, init?.signal);
}

/** The answer, unless whoever waits for it gives up sooner. */
function orAborted(answer: Promise<Response>, signal: AbortSignal | null | undefined) {
  return new Promise<Response>((resolve, reject) => {
    answer.then(resolve, reject);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

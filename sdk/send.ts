import { retryAfterOf } from "./backoff.ts";
import type { Host } from "./host.ts";
import type { QueuedEvent } from "./store.ts";

/** An event that the server will never keep, and why. */
export interface Dropped {
  readonly uuid: string;
  readonly reason: string;
}

/** What became of a request. */
export type Sent =
  /** The server has spoken: these events need not be sent again. */
  | {
      readonly type: "answered";
      readonly settled: readonly string[];
      readonly dropped: readonly Dropped[];
      readonly retryAfter_ms: number;
    }
  /** Nobody knows; the same again later. 0 for no answer at all. */
  | { readonly type: "failed"; readonly status: number; readonly retryAfter_ms: number }
  /** The server will never take this batch as it is. */
  | { readonly type: "refused"; readonly status: number };

/** Where events go, and what is said with every batch. */
export interface Target {
  readonly url: string;
  readonly writeKey: string;
  readonly appVersion: string | undefined;
  readonly platform: string | undefined;
}

const answer_ms_max = 30_000;
const ends = new Set(["ok", "duplicate", "drop"]);

/**
 * Sends one batch.
 * @param leaving the page is going away: nothing may be awaited before the request is out
 */
export async function sendBatch(
  host: Host,
  { url, writeKey, ...about }: Target,
  events: readonly QueuedEvent[],
  leaving: boolean,
): Promise<Sent> {
  const head = JSON.stringify({ sentAt_ms: host.now_ms(), ...about }).slice(0, -1);
  const text = `${head},"events":[${events.map(({ json }) => json).join()}]}`;
  const headers: Record<string, string> = {
    Authorization: `Bearer ${writeKey}`,
    "Content-Type": "application/json",
  };
  let body: BodyInit = text;
  try {
    if (host.gzip !== undefined && !leaving) {
      body = await host.gzip(text);
      headers["Content-Encoding"] = "gzip";
    }
    const signal = AbortSignal.timeout(answer_ms_max);
    const init = { method: "POST", headers, body, keepalive: leaving, signal };
    const response = await host.fetch(url, init);
    const { status } = response;
    const retryAfter_ms = retryAfterOf(response.headers.get("Retry-After"), host.now_ms());
    if (status === 400 || status === 413 || status === 422) return { type: "refused", status };
    if (!response.ok) return { type: "failed", status, retryAfter_ms };
    return settledOf(events, await response.json(), retryAfter_ms);
  } catch {
    return { type: "failed", status: 0, retryAfter_ms: 0 };
  }
}

/**
 * What an answer settles: results are in the order of the events. Whatever has another form comes
 * from somebody in between, a hotel's sign-in page for instance, and settles nothing.
 */
function settledOf(events: readonly QueuedEvent[], answer: unknown, retryAfter_ms: number): Sent {
  const { results, retryAfter_s } = fieldsOf(answer);
  const settled: string[] = [];
  const dropped: Dropped[] = [];
  for (const [at, { uuid }] of events.entries()) {
    const result = fieldsOf(Array.isArray(results) ? results[at] : undefined);
    // A null uuid is that of an event which the server could not read, and drops.
    if (!ends.has(String(result.status)) || (result.uuid ?? uuid) !== uuid) continue;
    settled.push(uuid);
    if (result.status === "drop") dropped.push({ uuid, reason: String(result.reason) });
  }
  const wait_ms = Math.max(retryAfter_ms, (Number(retryAfter_s) || 0) * 1000);
  return { type: "answered", settled, dropped, retryAfter_ms: wait_ms };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

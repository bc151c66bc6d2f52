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
  target: Target,
  events: readonly QueuedEvent[],
  leaving: boolean,
): Promise<Sent> {
  const { url, writeKey } = target;
  const text = textOf(host, target, events);
  const headers: Record<string, string> = {
    Authorization: `Bearer ${writeKey}`,
    "Content-Type": "application/json",
  };
  let body: BodyInit = text;
  try {
    if (leaving && !host.keepalive) throw new Error("a request ends with its page here");
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
    if (leaving) sendBeacon(host, target, events);
    // Nobody hears what becomes of a beacon.
    return { type: "failed", status: 0, retryAfter_ms: 0 };
  }
}

/**
 * Sends what a leaving page may not send otherwise. A beacon has no headers, so the key stands in the
 * address, where the server takes a write key, too. What the browser holds for all of a page is 64 KiB:
 * when there is no room for everything, the newest half is tried, and half of that.
 */
function sendBeacon(host: Host, target: Target, events: readonly QueuedEvent[]): void {
  const url = `${target.url}?key=${encodeURIComponent(target.writeKey)}`;
  for (let left = events; left.length > 0; left = left.slice(Math.ceil(left.length / 2)))
    if (host.beacon?.(url, textOf(host, target, left))) return;
}

function textOf(
  host: Host,
  { appVersion, platform }: Target,
  events: readonly QueuedEvent[],
): string {
  const head = JSON.stringify({ sentAt_ms: host.now_ms(), appVersion, platform }).slice(0, -1);
  return `${head},"events":[${events.map(({ json }) => json).join()}]}`;
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

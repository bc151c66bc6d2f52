import { backoff_ms } from "./backoff.ts";
import type { Host } from "./host.ts";
import { limits } from "./limits.ts";
import type { Sent } from "./send.ts";
import type { EventStore, QueuedEvent } from "./store.ts";

/** What the outbox tells about: nothing is lost silently. */
export type Trouble =
  /** The server has answered that it drops an event. */
  | { readonly type: "dropped"; readonly uuid: string; readonly reason: string }
  /** An event was not taken in. */
  | { readonly type: "refused"; readonly reason: Refusal }
  /** A request failed; it is tried again. 0 for no answer at all. */
  | { readonly type: "failed"; readonly status: number; readonly retryIn_ms: number }
  /** The server takes this one event by no means; it stays in the store and is not sent again. */
  | { readonly type: "set_aside"; readonly uuid: string; readonly status: number };

export type Refusal = "queue_full" | "too_large" | "not_json" | "not_stored" | "stopped";

export interface OutboxOptions {
  readonly store: EventStore;
  readonly host: Host;
  readonly send: (events: readonly QueuedEvent[], leaving: boolean) => Promise<Sent>;
  readonly queue_events_max: number;
  readonly flush_ms: number;
  readonly tell: (trouble: Trouble) => void;
}

/**
 * Holds events until the server has answered for each: `ok`, `duplicate` and `drop` end an event,
 * and nothing else does.
 */
export async function openOutbox(options: OutboxOptions) {
  const { store, host, send, tell } = options;
  /** Events of this life of the program that are not settled: what can be sent while it ends. */
  const fresh = new Map<string, QueuedEvent>();
  const aside = new Set<string>();
  let waiting = await store.count();
  let batch_max: number = limits.batch_events_max;
  let failures = 0;
  let restUntil_ms = 0;
  let timer: (() => void) | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;

  const refuse = (reason: Refusal) => {
    tell({ type: "refused", reason });
    return false;
  };

  async function add(event: QueuedEvent): Promise<boolean> {
    if (closed) return refuse("stopped");
    if (waiting >= options.queue_events_max) return refuse("queue_full");
    waiting += 1;
    remember(event);
    try {
      await store.add(event);
    } catch {
      waiting -= 1;
      fresh.delete(event.uuid);
      return refuse("not_stored");
    }
    if (waiting >= limits.batch_events_max) void flush();
    else if (timer === undefined) wakeIn(options.flush_ms);
    return true;
  }

  function remember(event: QueuedEvent): void {
    fresh.set(event.uuid, event);
    const [oldest] = fresh.keys();
    if (fresh.size > limits.batch_events_max && oldest !== undefined) fresh.delete(oldest);
  }

  function wakeIn(wait_ms: number): void {
    timer?.();
    timer = undefined;
    if (closed) return;
    timer = host.after(wait_ms, () => {
      timer = undefined;
      void flush();
    });
  }

  /** Sends what waits, unless the server is being left alone. @returns whether nothing is left */
  async function flush(): Promise<boolean> {
    if (host.now_ms() >= restUntil_ms) {
      sending ??= host
        .alone(drain)
        .catch(() => rest(0, 0))
        .finally(() => {
          sending = undefined;
          // Another copy may be at it, and may be gone before it is done.
          if (timer === undefined && waiting > aside.size) wakeIn(options.flush_ms);
        });
      await sending;
    } else if (timer === undefined) wakeIn(restUntil_ms - host.now_ms());
    return waiting <= aside.size;
  }

  async function drain(): Promise<void> {
    for (;;) {
      waiting = await store.count();
      const batch = await nextBatch();
      if (batch.length === 0) return;
      const sent = await send(batch, false);
      if (sent.type === "refused") setApart(batch, sent.status);
      else if (sent.type === "failed") return rest(sent.status, sent.retryAfter_ms);
      else {
        await settle(sent);
        if (sent.settled.length > 0) failures = 0;
        if (sent.settled.length < batch.length) return rest(200, sent.retryAfter_ms);
        batch_max = Math.min(limits.batch_events_max, batch_max * 2);
      }
    }
  }

  async function nextBatch(): Promise<readonly QueuedEvent[]> {
    const oldest = await store.oldest(batch_max + aside.size);
    const batch: QueuedEvent[] = [];
    let bytes = 100;
    for (const event of oldest) {
      if (aside.has(event.uuid)) continue;
      bytes += bytesOf(event.json) + 1;
      if (batch.length >= batch_max || bytes > limits.batch_bytes_max) break;
      batch.push(event);
    }
    return batch;
  }

  /** Finds the one event that a batch is refused for by halves, so that the others get through. */
  function setApart(batch: readonly QueuedEvent[], status: number): void {
    const [first] = batch;
    if (batch.length > 1 || first === undefined) batch_max = Math.ceil(batch.length / 2);
    else {
      aside.add(first.uuid);
      tell({ type: "set_aside", uuid: first.uuid, status });
      if (aside.size > limits.aside_max) throw new RangeError("the server refuses everything");
    }
  }

  async function settle({ settled, dropped }: Sent & { type: "answered" }): Promise<void> {
    await store.remove(settled);
    for (const uuid of settled) fresh.delete(uuid);
    for (const one of dropped) tell({ type: "dropped", ...one });
    waiting = await store.count();
  }

  function rest(status: number, retryAfter_ms: number): void {
    failures += 1;
    const retryIn_ms = backoff_ms(failures, host.random(), retryAfter_ms);
    restUntil_ms = host.now_ms() + retryIn_ms;
    wakeIn(retryIn_ms);
    tell({ type: "failed", status, retryIn_ms });
  }

  /** Sends the newest of what is not settled while the page goes away. What arrives twice is known by its uuid. */
  function leave(): void {
    const events: QueuedEvent[] = [];
    let bytes = 100;
    for (const event of [...fresh.values()].reverse()) {
      bytes += bytesOf(event.json) + 1;
      if (bytes > limits.exit_bytes_max || events.length === limits.batch_events_max) break;
      events.unshift(event);
    }
    if (events.length === 0 || host.now_ms() < restUntil_ms) return;
    // The page may live on, and then has an answer. Without one, everything is still in the store.
    send(events, true)
      .then((sent) => (sent.type === "answered" ? settle(sent) : undefined))
      .catch(() => {});
  }

  async function close(): Promise<void> {
    await flush();
    closed = true;
    timer?.();
    timer = undefined;
    await store.close();
  }

  return { add, flush, leave, close, refuse, waiting: () => waiting };
}

/** Bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

import type { AnalyticsEventInput } from "../protocol/analytics/event.ts";
import type { Host } from "./host.ts";
import { limits } from "./limits.ts";
import { bytesOf, openOutbox, type Trouble } from "./outbox.ts";
import { sendBatch } from "./send.ts";
import { keepSession } from "./session.ts";
import type { EventStore } from "./store.ts";
import { uuidMaker } from "./uuid.ts";

type Of<Kind extends AnalyticsEventInput["kind"]> = Extract<AnalyticsEventInput, { kind: Kind }>;
type Given<Kind extends AnalyticsEventInput["kind"]> = Omit<
  Of<Kind>,
  "kind" | "uuid" | "player" | "session"
>;

export interface ClientOptions {
  /** Where Offrail is: `https://analytics.example.com`. */
  readonly url: string;
  /** A write key of the game, `offw_...`. */
  readonly writeKey: string;
  /** Who plays: any name of up to 64 characters. Never an e-mail address. */
  readonly player: string;
  readonly appVersion?: string;
  readonly platform?: string;
  /** Events that may wait to be sent; further ones are refused, and told of. */
  readonly queue_events_max?: number;
  /** How long an event waits for others to go with it; half a minute by default. */
  readonly flush_ms?: number;
  readonly heartbeat_ms?: number;
  /** Told of whatever goes wrong: events refused or dropped, requests that failed. */
  readonly onTrouble?: (trouble: Trouble) => void;
}

export interface Stats {
  /** Events that wait for an answer. */
  readonly waiting: number;
  /** Since the start, by type of trouble: `dropped`, `refused`, `failed`, `set_aside`. */
  readonly trouble: Readonly<Partial<Record<Trouble["type"], number>>>;
}

/**
 * Records what a player does. Every method resolves as soon as the event is safe on disk, to `false`
 * when it was refused; none ever rejects, so nobody has to wait for one.
 */
export interface Analytics {
  /** Something of the game's own: `event("shop_opened", { shelf: "hats" })`. */
  event(name: string, props?: Readonly<Record<string, unknown>>): Promise<boolean>;
  level(given: Given<"level">): Promise<boolean>;
  revenue(given: Given<"revenue">): Promise<boolean>;
  error(given: Given<"error">): Promise<boolean>;
  /** Sends what waits now. @returns whether nothing is left */
  flush(): Promise<boolean>;
  /** Ends the session, sends what can be sent, and closes the store. */
  stop(): Promise<void>;
  stats(): Stats;
}

/** Puts a client together from a place to keep events and the means of where it runs. */
export async function startClient(
  options: ClientOptions,
  store: EventStore,
  host: Host,
): Promise<Analytics> {
  const { writeKey, player, appVersion, platform } = options;
  const url = new URL("/v1/analytics/batch", options.url).href;
  const target = { url, writeKey, appVersion, platform };
  const trouble: Partial<Record<Trouble["type"], number>> = {};
  const makeUuid = uuidMaker(host.fillRandom);
  const outbox = await openOutbox({
    store,
    host,
    send: (events, leaving) => sendBatch(host, target, events, leaving),
    queue_events_max: options.queue_events_max ?? limits.queue_events_max,
    flush_ms: options.flush_ms ?? limits.flush_ms,
    tell: (what) => {
      trouble[what.type] = (trouble[what.type] ?? 0) + 1;
      options.onTrouble?.(what);
    },
  });

  async function add(kind: string, session: string, given: object): Promise<boolean> {
    const uuid = makeUuid(host.now_ms());
    let json: string;
    try {
      json = JSON.stringify({ ...given, uuid, kind, player, session });
    } catch {
      return outbox.refuse("not_json");
    }
    if (bytesOf(json) > limits.event_bytes_max) return outbox.refuse("too_large");
    return await outbox.add({ uuid, json });
  }

  const session = keepSession(
    host,
    () => makeUuid(host.now_ms()),
    (kind, id) => void add(kind, id, {}),
    options.heartbeat_ms ?? limits.heartbeat_ms,
  );
  const listening = host.onHidden((hidden) => {
    if (!hidden) return session.show();
    session.hide();
    outbox.leave();
  });
  const record = (kind: string, given: object) => add(kind, session.current(), given);
  if (outbox.waiting() > 0) void outbox.flush();
  return {
    event: (name, props) => record("event", { name, props }),
    level: (given) => record("level", given),
    revenue: (given) => record("revenue", given),
    error: (given) => record("error", given),
    flush: outbox.flush,
    async stop() {
      listening();
      session.end();
      await outbox.close();
    },
    stats: () => ({ waiting: outbox.waiting(), trouble: { ...trouble } }),
  };
}

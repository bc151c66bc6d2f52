import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { seededRandom } from "../../platform/testing/random.ts";
import { batchSchema } from "../../protocol/analytics/batch.ts";
import { type AnalyticsEvent, eventSchema } from "../../protocol/analytics/event.ts";

/** How the server behaves towards one request. */
export type Mood =
  | "well"
  /** Keeps the events, and the connection breaks before the answer. */
  | "cut_after"
  | "cut_before"
  | "portal"
  /** Answers `retry` for every second event. */
  | "half"
  /** Answers when the test is long over. */
  | "silent"
  | { readonly status: number; readonly retryAfter_s?: number };

export interface StandIn {
  readonly url: string;
  /** Moods of the coming requests; after them it behaves well. */
  readonly moods: Mood[];
  /** Every event that was kept, once. */
  readonly kept: Map<string, AnalyticsEvent>;
  /** When requests came, by this machine's clock, and how many events they had. */
  readonly requests: {
    readonly at_ms: number;
    readonly events: number;
    readonly gzip: boolean;
    /** The key and where it stood. */
    readonly key: `header ${string}` | `address ${string}`;
  }[];
  /** Names of custom events that it drops, and of those for which it refuses the whole batch. */
  readonly dropped: Set<string>;
  readonly poison: Set<string>;
  readonly duplicates: () => number;
  close(): Promise<void>;
}

/** A server that takes batches as the real one does, and misbehaves as told. */
export async function startStandIn(port = 0): Promise<StandIn> {
  const kept = new Map<string, AnalyticsEvent>();
  const moods: Mood[] = [];
  const requests: StandIn["requests"] = [];
  const dropped = new Set<string>();
  const poison = new Set<string>();
  let duplicates = 0;

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another origin asks first.
    for (const name of ["Origin", "Headers", "Methods"])
      response.setHeader(
        `Access-Control-Allow-${name}`,
        name === "Headers" ? "*, Authorization" : "*",
      );
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const mood = moods.shift() ?? "well";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const gzip = request.headers["content-encoding"] === "gzip";
    const bytes = gzip ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
    const { events } = batchSchema.parse(JSON.parse(bytes.toString()));
    const { authorization = "" } = request.headers;
    const inAddress = new URL(request.url ?? "", "http://stand-in").searchParams.get("key");
    const key =
      inAddress === null ? (`header ${authorization}` as const) : (`address ${inAddress}` as const);
    requests.push({ at_ms: performance.now(), events: events.length, gzip, key });
    if (mood === "silent") return;
    if (mood === "cut_before") return void request.socket.destroy();
    if (mood === "portal") return void response.end("<title>Sign in to the hotel's WiFi</title>");
    if (typeof mood === "object") return refuse(response, mood.status, mood.retryAfter_s);
    const read = z.array(eventSchema).parse(events);
    if (read.some((event) => event.kind === "event" && poison.has(event.name)))
      return refuse(response, 400);
    const results = read.map((event, at) => {
      const { uuid } = event;
      if (mood === "half" && at % 2 === 1) return { uuid, status: "retry" };
      if (event.kind === "event" && dropped.has(event.name))
        return { uuid, status: "drop", reason: "schema" };
      const known = kept.has(uuid);
      if (known) duplicates += 1;
      kept.set(uuid, event);
      return { uuid, status: known ? "duplicate" : "ok" };
    });
    if (mood === "cut_after") return void request.socket.destroy();
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ results, server_ms: 0 }));
  }

  server.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    ...{ moods, kept, requests, dropped, poison, duplicates: () => duplicates },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number, retryAfter_s?: number): void {
  if (retryAfter_s !== undefined) response.setHeader("Retry-After", retryAfter_s);
  response.writeHead(status, { "Content-Type": "application/problem+json" }).end("{}");
}

/** Has the server behave for so many requests as chance will have it. */
export function behaveAtRandom(
  server: StandIn,
  moods: readonly Mood[],
  requests: number,
  seed: number,
) {
  const random = seededRandom(seed);
  for (let nth = 0; nth < requests; nth += 1) server.moods.push(random.pick(moods));
}

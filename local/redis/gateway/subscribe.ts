import type { ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { ClientGone } from "./body.ts";
import type { Argument } from "./command.ts";
import { connectionOptions } from "./connection.ts";
import { GatewayError, redisUnavailable, tooManyRequests } from "./errors.ts";

/** Subscribers at once; each holds a connection to Redis of its own. */
const subscribers_max = 1_000;
/** Bytes that may wait for a subscriber that reads too slowly, before it is cut off. */
const waiting_bytes_max = 4 * 1024 * 1024;

export type SubscribeKind = "subscribe" | "psubscribe";

/** Serves `/subscribe/<channel>` and `/psubscribe/<pattern>` as server-sent events. */
export interface Subscriptions {
  /**
   * Answers with a stream that lasts until the client leaves, Redis goes away or `close` is called.
   * @throws GatewayError before the stream has begun: 400 without a channel, 429, 503
   */
  serve(
    kind: SubscribeKind,
    channels: readonly Argument[],
    response: ServerResponse,
    headers: Record<string, string>,
  ): Promise<void>;
  close(): void;
}

export function createSubscriptions(url: string): Subscriptions {
  const open = new Set<() => void>();
  return {
    close: () => {
      for (const end of open) end();
    },
    serve: async (kind, channels, response, headers) => {
      if (channels.length === 0 || channels.includes("")) {
        throw new GatewayError(400, `ERR wrong number of arguments for '${kind}' command`);
      }
      if (open.size >= subscribers_max) throw tooManyRequests();
      if (response.closed) throw new ClientGone();
      const redis = new Redis(url, {
        ...connectionOptions,
        lazyConnect: true,
        retryStrategy: () => null,
      });
      const end = () => {
        redis.disconnect();
        if (response.headersSent) response.end();
      };
      open.add(end);
      const left = new Promise<void>((resolve) => response.once("close", resolve));
      redis.on("error", () => {}); // an error is always followed by "end"
      redis.on("end", end);
      void left.then(() => {
        open.delete(end);
        redis.disconnect();
      });
      try {
        await stream(redis, kind, channels, response, headers);
      } catch {
        open.delete(end);
        redis.disconnect();
        throw redisUnavailable("cannot subscribe now");
      }
      await left;
    },
  };
}

/** Subscribes, then lets every message through; the confirmations come first, as Redis sends them. */
async function stream(
  redis: Redis,
  kind: SubscribeKind,
  channels: readonly Argument[],
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  let early: string[] | undefined = [];
  const write = (...fields: readonly (Argument | number)[]) => {
    const event = encodeEvent(fields.join(","));
    if (early !== undefined) early.push(event);
    else if (response.writableLength > waiting_bytes_max) redis.disconnect();
    else response.write(event);
  };
  redis.on("messageBuffer", (channel: Buffer, message: Buffer) =>
    write("message", channel, message),
  );
  redis.on("pmessageBuffer", (pattern: Buffer, channel: Buffer, message: Buffer) =>
    write("pmessage", pattern, channel, message),
  );
  await redis.connect();
  await (kind === "subscribe"
    ? redis.subscribe(...channels)
    : redis.psubscribe(...(channels as readonly string[])));
  response.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  const pending = early;
  early = undefined;
  for (const [index, channel] of channels.entries()) write(kind, channel, index + 1);
  for (const event of pending) response.write(event);
}

/** One server-sent event; a line break in a message makes a further `data:` line, as the format has it. */
export function encodeEvent(data: string): string {
  return `data: ${data.replaceAll(/\r\n|\r|\n/g, "\ndata: ")}\n\n`;
}

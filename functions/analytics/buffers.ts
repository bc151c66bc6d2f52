import type { Context } from "hono";
import type { z } from "zod";
import { findGameConfig } from "../../db/queries/analytics-game.ts";
import { serviceHeader } from "../../platform/tokens/claims-header.ts";
import {
  type AcceptHead,
  type AcceptReply,
  acceptReplySchema,
  type BufferAddress,
  type BufferFigures,
  type BufferRequest,
  bufferFiguresSchema,
  bufferName,
  configReplySchema,
  type DeadEvents,
  deadEventsSchema,
  type GameConfig,
  gameConfigSchema,
} from "../../protocol/analytics/buffer.ts";
import { envs } from "../../protocol/analytics/event.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { within } from "../deadline.ts";
import type { RoomNamespace } from "../env.ts";
import { errorFields, log } from "../log.ts";
import { roomUnavailable } from "../rooms/forward.ts";

/** A buffer that has to ask a sleeping database for its game takes a second or two. */
const reply_ms_max = 10_000;

/**
 * Hands a batch to a buffer.
 * @param rows JSON: an array of `EventRow`, one for each uuid of the head
 * @throws ProblemError `room_unavailable`; then nothing is known of the batch
 */
export function handOver(
  buffers: RoomNamespace,
  address: BufferAddress,
  head: AcceptHead,
  rows: string,
): Promise<AcceptReply> {
  const body = `${JSON.stringify(head)}\n${rows}`;
  return ask(buffers, address, "/accept", body, acceptReplySchema);
}

/**
 * What a buffer goes by; null when there is no such game, undefined when nothing certain can be known
 * of it, or of one of these keys, now.
 */
export async function configOf(
  buffers: RoomNamespace,
  address: BufferAddress,
  keyIds: readonly string[],
): Promise<GameConfig | null | undefined> {
  const body = JSON.stringify({ type: "config", keyIds: [...keyIds] } satisfies BufferRequest);
  return (await ask(buffers, address, "/ask", body, configReplySchema)).config;
}

/** Asks a buffer something; its figures are the answer to everything. */
export function askBuffer(
  buffers: RoomNamespace,
  address: BufferAddress,
  request: BufferRequest,
): Promise<BufferFigures> {
  return ask(buffers, address, "/ask", JSON.stringify(request), bufferFiguresSchema);
}

/** A page of a buffer's dead events, from behind one on; an empty one is the end. */
export function deadOf(
  buffers: RoomNamespace,
  address: BufferAddress,
  after: number,
): Promise<DeadEvents> {
  const body = JSON.stringify({ type: "dead", after } satisfies BufferRequest);
  return ask(buffers, address, "/ask", body, deadEventsSchema);
}

/** Every buffer of a game that has so many shards. */
export function buffersOf(
  gameId: string,
  shards: number,
  places: readonly ("live" | "sandbox")[] = envs,
): readonly BufferAddress[] {
  return places.flatMap((env) =>
    Array.from({ length: env === "live" ? shards : 1 }, (_, shard) => ({ gameId, env, shard })),
  );
}

/**
 * Tells all buffers of a game that it has changed, so that a key that was revoked opens nothing from
 * now on. A buffer also learns of it with its next write.
 * @param shards the most that the game had before or has now
 * @throws ProblemError `room_unavailable` when one of them does not answer: ask for the change again
 */
export async function tellBuffers(
  c: Context<AppEnv>,
  gameId: string,
  shards: number,
): Promise<void> {
  const { db, analyticsBuffers } = c.var.services;
  const found = await queried(() => findGameConfig(db, gameId));
  const config = found === undefined ? null : gameConfigSchema.parse(found);
  await Promise.all(
    buffersOf(gameId, shards).map((address) =>
      askBuffer(analyticsBuffers, address, { type: "configure", config }),
    ),
  );
}

/** The same where the change holds in any case, and buffers find out later: nobody has to ask again. */
export async function tellBuffersIfHeard(
  c: Context<AppEnv>,
  gameId: string,
  shards: number,
): Promise<void> {
  try {
    await tellBuffers(c, gameId, shards);
  } catch (error) {
    const { settings } = c.var.services;
    const fields = { requestId: c.var.requestId, ...errorFields(error) };
    log("warn", "analytics: a buffer was not told of a change", fields, settings.LOG_LEVEL);
  }
}

async function ask<Schema extends z.ZodType>(
  buffers: RoomNamespace,
  address: BufferAddress,
  path: string,
  body: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const request = new Request(`https://buffer.internal${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", [serviceHeader]: "1" },
    body,
  });
  const answer = async () => {
    const response = await buffers.get(buffers.idFromName(bufferName(address))).fetch(request);
    if (!response.ok) throw new Error(`the buffer answered ${response.status}`);
    return schema.parse(await response.json());
  };
  try {
    return await within(answer(), reply_ms_max, () => new Error("the buffer took too long"));
  } catch (error) {
    throw roomUnavailable(error);
  }
}

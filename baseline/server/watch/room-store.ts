import type { Redis } from "ioredis";
import { z } from "zod";
import { roomIdSchema } from "../../../protocol/room.ts";
import { anchorSchema } from "../../../protocol/watch/anchor.ts";
import { chatMessageSchema } from "../../../protocol/watch/chat.ts";
import { roomOptionsSchema } from "../../../protocol/watch/options.ts";
import { sourceSchema } from "../../../protocol/watch/source.ts";

/** The documents' life of a room: a day, in seconds. */
const ROOM_EXPIRY = 86_400;
/** The documents' cache of room states. */
const MAX_CACHE_SIZE = 100;

const roomStateSchema = z.object({
  id: roomIdSchema,
  source: sourceSchema,
  options: roomOptionsSchema,
  anchor: anchorSchema,
  chat: z.array(chatMessageSchema),
  chatCursor: z.number().int(),
  createdAt: z.iso.datetime(),
});
/** A watch room as it stands in Redis. Who is in it stands in a set of its own. */
export type RoomState = z.output<typeof roomStateSchema>;

/** Room states: Redis keeps them, and in front of it stands the documents' cache of 100. */
export class RoomStore {
  readonly #cache = new Map<string, RoomState>();
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async get(id: string): Promise<RoomState | undefined> {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const text = await this.#redis.get(`room:${id}`);
    if (text === null) return undefined;
    const state = roomStateSchema.parse(JSON.parse(text));
    this.#remember(state);
    return state;
  }

  /** Writes the whole room, as the documents do, and begins its day anew. */
  async set(state: RoomState): Promise<void> {
    this.#remember(state);
    try {
      await this.#redis.setex(`room:${state.id}`, ROOM_EXPIRY, JSON.stringify(state));
    } catch (error) {
      // What is not written must not be read.
      this.#cache.delete(state.id);
      throw error;
    }
  }

  async addParticipant(id: string, member: string): Promise<void> {
    const key = `room:${id}:participants`;
    await this.#redis.sadd(key, member);
    await this.#redis.expire(key, ROOM_EXPIRY);
  }

  async removeParticipant(id: string, member: string): Promise<void> {
    await this.#redis.srem(`room:${id}:participants`, member);
  }

  /** Forgets the cached states of all rooms but those in use. */
  sweep(inUse: ReadonlySet<string>): void {
    for (const id of this.#cache.keys()) if (!inUse.has(id)) this.#cache.delete(id);
  }

  #remember(state: RoomState): void {
    this.#cache.set(state.id, state);
    if (this.#cache.size <= MAX_CACHE_SIZE) return;
    const [first] = this.#cache.keys();
    if (first !== undefined) this.#cache.delete(first);
  }
}

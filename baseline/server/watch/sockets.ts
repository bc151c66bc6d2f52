import type { Namespace, Socket } from "socket.io";
import type { ProblemCode } from "../../../protocol/problem.ts";
import { closeCodes, type RoomClaims } from "../../../protocol/room.ts";
import { chat_max } from "../../../protocol/watch/chat.ts";
import type { WatchDown } from "../../../protocol/watch/down.ts";
import { type WatchMember, watchMemberSchema } from "../../../protocol/watch/member.ts";
import { mayDo } from "../../../protocol/watch/permissions.ts";
import { watchRoomDataSchema } from "../../../protocol/watch/room-data.ts";
import { type WatchUp, watchUpSchema } from "../../../protocol/watch/up.ts";
import { sendAway } from "../core/entry.ts";
import type { SerialQueues } from "../core/serial.ts";
import { newRoom } from "./new-room.ts";
import type { People } from "./people.ts";
import { type Command, commanded } from "./playback.ts";
import type { RoomState, RoomStore } from "./room-store.ts";
import type { SyncTicks } from "./sync.ts";

interface Parts {
  readonly namespace: Namespace;
  readonly store: RoomStore;
  readonly people: People;
  readonly ticks: SyncTicks;
  readonly queues: SerialQueues;
  readonly warn: (message: string) => void;
}

/** The sockets of watch rooms. Everything of one room happens one after another. */
export class WatchSockets {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A socket whose token has been checked. */
  serve(socket: Socket, claims: RoomClaims): void {
    const fits = watchMemberSchema.safeParse({
      id: claims.member,
      name: claims.name,
      role: claims.role,
    });
    const data = watchRoomDataSchema.safeParse(claims.data);
    if (!fits.success || !data.success) {
      refuse(socket, "token_invalid", "This token does not fit a watch room.");
      sendAway(socket, closeCodes.tokenInvalid, "token_invalid");
      return;
    }
    const member = fits.data;
    const { room } = claims;
    const inTurn = (work: () => Promise<void>) => this.#inTurn(room, socket, work);
    inTurn(() => this.#enter(socket, member, newRoom(room, data.data)));
    socket.on("up", (message: unknown) => {
      const up = watchUpSchema.safeParse(message);
      if (!up.success) refuse(socket, "invalid_message", "This is no message.");
      else if (up.data.type === "clock")
        send(socket, { type: "clock", client_ms: up.data.client_ms, server_ms: Date.now() });
      else inTurn(() => this.#hear(socket, room, member, up.data));
    });
    socket.once("disconnect", () => inTurn(() => this.#leave(socket, room, member)));
  }

  #inTurn(room: string, socket: Socket, work: () => Promise<void>): void {
    this.#parts.queues.run(room, work).catch((error: unknown) => {
      this.#parts.warn(`watch room ${room}: ${String(error)}`);
      refuse(socket, "unavailable", "This did not work. Try again.");
    });
  }

  async #enter(socket: Socket, member: WatchMember, made: RoomState): Promise<void> {
    const { store, people, namespace, ticks } = this.#parts;
    // It may have gone while it waited for its turn.
    if (!socket.connected) return;
    const known = await store.get(made.id);
    const room = known ?? made;
    if (!people.has(room.id, member.id) && people.count(room.id) >= room.options.maxParticipants) {
      refuse(socket, "room_full", "The room is full.", { retryAfter_ms: 30_000 });
      sendAway(socket, closeCodes.roomFull, "room_full");
      return;
    }
    if (known === undefined) await store.set(room);
    await store.addParticipant(room.id, member.id);
    if (!socket.connected) return;
    const isNew = people.enter(room.id, member, socket.id);
    send(socket, this.#welcome(room, member.id));
    if (isNew) namespace.to(room.id).emit("down", this.#members(room.id));
    await socket.join(room.id);
    ticks.follow(room);
  }

  #welcome(room: RoomState, memberId: string): WatchDown {
    const { source, options, anchor, chat, chatCursor } = room;
    return {
      type: "welcome",
      memberId,
      recovered: false,
      anchor,
      members: this.#parts.people.list(room.id),
      options,
      queue: [
        {
          id: anchor.itemId,
          source,
          place: "current",
          order: 0,
          addedBy: null,
          addedByName: "",
          votes: 0,
        },
      ],
      voted: [],
      reacted: [],
      chat,
      chatCursor,
      server_ms: Date.now(),
    };
  }

  #members(room: string): WatchDown {
    return { type: "members", members: this.#parts.people.list(room) };
  }

  async #leave(socket: Socket, room: string, member: WatchMember): Promise<void> {
    const { people, namespace, store, ticks } = this.#parts;
    if (!people.leave(room, member.id, socket.id)) return;
    if (people.count(room) === 0) ticks.forget(room);
    else namespace.to(room).emit("down", this.#members(room));
    await store.removeParticipant(room, member.id);
  }

  async #hear(socket: Socket, roomId: string, member: WatchMember, up: WatchUp): Promise<void> {
    // Whoever was not let in, or has gone, says nothing.
    if (!this.#parts.people.has(roomId, member.id)) return;
    switch (up.type) {
      case "hello":
        return;
      case "play":
      case "pause":
      case "seek":
      case "rate":
        return this.#command(socket, roomId, member, up);
      case "say":
        return this.#say(socket, roomId, member, up);
      case "bye":
        sendAway(socket, 1000, "bye");
        return;
      default:
        refuse(socket, "not_allowed", "This server does not know that.", { about: up.type });
    }
  }

  async #command(socket: Socket, id: string, member: WatchMember, up: Command): Promise<void> {
    const { store, namespace, ticks } = this.#parts;
    const room = await this.#room(id);
    const server_ms = Date.now();
    if (!mayDo(member.role, "control", room.options.permissions)) {
      refuse(socket, "not_allowed", "Your role may not do that.", { about: up.type });
      return;
    }
    if (up.seq !== room.anchor.seq) {
      refuse(socket, "stale_command", "Somebody else was faster.", { about: up.type });
      send(socket, { type: "anchor", anchor: room.anchor, by: null, server_ms });
      return;
    }
    const changed = { ...room, anchor: commanded(room, up, server_ms) };
    await store.set(changed);
    ticks.follow(changed);
    const { anchor } = changed;
    const down: WatchDown = { type: "anchor", anchor, by: member.id, server_ms };
    namespace.to(id).emit("down", down);
  }

  async #say(
    socket: Socket,
    id: string,
    member: WatchMember,
    { text, ref, replyTo }: Extract<WatchUp, { type: "say" }>,
  ): Promise<void> {
    const { store, namespace } = this.#parts;
    const room = await this.#room(id);
    if (!mayDo(member.role, "chat", room.options.permissions)) {
      refuse(socket, "not_allowed", "Your role may not do that.", { about: "say" });
      return;
    }
    const cursor = room.chatCursor + 1;
    const message = {
      id: cursor,
      cursor,
      by: member.id,
      name: member.name,
      text,
      at_ms: Date.now(),
      ...(replyTo === undefined ? {} : { replyTo }),
      mentions: [],
      reactions: [],
      ...(ref === undefined ? {} : { ref }),
    };
    await store.set({
      ...room,
      chat: [...room.chat, message].slice(-chat_max),
      chatCursor: cursor,
    });
    const down: WatchDown = { type: "chat", message };
    namespace.to(id).emit("down", down);
  }

  /** A room somebody is in; Redis may have lost it, by `allkeys-lru` or otherwise. */
  async #room(id: string): Promise<RoomState> {
    const room = await this.#parts.store.get(id);
    if (room === undefined) throw new Error("Redis has forgotten the room");
    return room;
  }
}

function send(socket: Socket, message: WatchDown): void {
  socket.emit("down", message);
}

function refuse(
  socket: Socket,
  code: ProblemCode,
  message: string,
  more: { readonly about?: string; readonly retryAfter_ms?: number } = {},
): void {
  send(socket, { type: "error", code, message, ...more });
}

import type { FastifyInstance } from "fastify";
import type { Pool } from "pg";
import type { Server, Socket } from "socket.io";
import { callUpSchema } from "../../../protocol/match/call-up.ts";
import { lobbyUpSchema } from "../../../protocol/match/lobby-up.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import { matchRegionSchema } from "../../../protocol/match/rest-lobby.ts";
import type { ConnectionManager } from "../core/connections.ts";
import { countIn, EntryRefused, guard, sendAway } from "../core/entry.ts";
import { Calls } from "./calls.ts";
import { matchRoutes } from "./routes.ts";
import { lightOf, UserStore } from "./user-store.ts";

interface Needs {
  readonly app: FastifyInstance;
  readonly io: Server;
  readonly pool: Pool;
  readonly connections: ConnectionManager;
  readonly warn: (message: string) => void;
}

/** Random video calls: routes under `/v1/match`, sockets in the namespaces `/lobby` and `/call`. */
export function startMatch({ app, io, pool, connections, warn }: Needs) {
  const users = new UserStore(pool);
  const calls = new Calls(io.of("/lobby"), users, pool, warn);
  matchRoutes(app, users, pool);
  guard(io.of("/lobby"), async (socket, { room, token }) => {
    const userId = await users.userOf(token);
    if (userId === undefined) throw new EntryRefused("token_invalid", "Show a session.");
    const region = matchRegionSchema.safeParse(room.split("-")[0]);
    if (!region.success) throw new EntryRefused("room_not_found", "There is no such lobby.");
    const user = await users.getUser(userId);
    if (user === undefined) throw new EntryRefused("profile_required", "Write a profile first.");
    countIn(connections, `user/${userId}`, socket);
    return () => serveLobby(calls, room, lightOf(user, region.data), socket);
  });
  guard(io.of("/call"), async (socket, { room, token }) => {
    const found = calls.seatOf(room, token);
    if (found === undefined) throw new EntryRefused("token_invalid", "This call is not yours.");
    return () => {
      found.call.sit(found.seat, socket);
      socket.on("up", (message: unknown) => {
        const up = callUpSchema.safeParse(message);
        if (up.success) found.call.hear(found.seat, up.data);
        else refuse(socket);
      });
    };
  });
  return {
    caches: () => users.stats(),
    cleanUp: (aggressive: boolean) => users.cleanUp(aggressive),
    stop: () => calls.stop(),
  };
}

function serveLobby(calls: Calls, room: string, card: Card, socket: Socket): void {
  const { lobby } = calls;
  void socket.join(room);
  lobby.enter(room, card, socket);
  socket.once("disconnect", () => lobby.leave(room, card.id, socket));
  socket.on("up", (message: unknown) => {
    const up = lobbyUpSchema.safeParse(message);
    if (!up.success) {
      refuse(socket);
      return;
    }
    switch (up.data.type) {
      case "enqueue":
        lobby.enqueue(room, card.id, up.data.wishes, socket);
        return;
      case "cancel":
        lobby.cancel(room, card.id);
        return;
      case "seated":
        calls.seated(up.data.callId, card.id);
        return;
      case "decline":
        calls.decline(up.data.callId, card.id);
        return;
      case "status":
        lobby.setStatus(room, card.id, up.data.status, socket);
        return;
      case "look":
        lobby.look(room, socket);
        return;
      case "bye":
        sendAway(socket, 1000, "bye");
        return;
    }
  });
}

function refuse(socket: Socket): void {
  const message = "This is no message.";
  socket.emit("down", { type: "error", code: "invalid_message", message });
}

import type { Namespace, Socket } from "socket.io";
import { z } from "zod";
import type { ProblemCode } from "../../../protocol/problem.ts";
import { closeCodes, roomIdSchema } from "../../../protocol/room.ts";
import type { ConnectionManager } from "./connections.ts";

/** What a client shows when it opens a namespace. */
const handshakeSchema = z.object({
  room: roomIdSchema,
  token: z.string().max(8_192),
});

/** Refuses a namespace: what its client's `connect_error` carries. */
export class EntryRefused extends Error {
  readonly data: { readonly code: ProblemCode; readonly closeCode: number };

  constructor(code: ProblemCode, message: string) {
    super(message);
    const full = code === "room_full";
    this.data = { code, closeCode: full ? closeCodes.roomFull : closeCodes.tokenInvalid };
  }
}

/** Counts a socket in until it goes. @throws EntryRefused at capacity */
export function countIn(connections: ConnectionManager, user: string, socket: Socket): void {
  const connection: object = socket.conn;
  if (!connections.admit(user, connection))
    throw new EntryRefused("room_full", "Connection rejected at capacity.");
  // A client may go while it is still being let in; then the engine's close is all there is.
  let counted = true;
  const release = () => {
    if (counted) connections.release(user, connection);
    counted = false;
    socket.conn.off("close", release);
  };
  socket.once("disconnect", release);
  socket.conn.once("close", release);
}

/** Says why, and closes the namespace; Socket.IO has no close codes of its own. */
export function sendAway(socket: Socket, closeCode: number, reason: string): void {
  socket.emit("closed", { code: closeCode, reason });
  socket.disconnect();
}

type Admit = (socket: Socket, shown: z.output<typeof handshakeSchema>) => Promise<() => void>;

/** Lets into a namespace whom `admit` lets in, and then does what it returns. */
export function guard(namespace: Namespace, admit: Admit): void {
  namespace.use((socket, next) => {
    const shown = handshakeSchema.safeParse(socket.handshake.auth);
    if (!shown.success) {
      next(new EntryRefused("token_missing", "Say which room, and show a token."));
      return;
    }
    admit(socket, shown.data).then(
      (serve) => {
        socket.data.serve = serve;
        next();
      },
      (error: unknown) =>
        next(error instanceof EntryRefused ? error : new EntryRefused("internal", "Try again.")),
    );
  });
  namespace.on("connection", (socket) => {
    (socket.data.serve as () => void)();
  });
}

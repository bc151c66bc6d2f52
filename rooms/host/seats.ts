import type { RoomClaims } from "../../protocol/room.ts";
import type { Peer } from "../room.ts";
import type { Bucket } from "./bucket.ts";
import type { RoomSocket, SocketNote } from "./ports.ts";

/** A socket in the room, from its join until it left. */
export interface Seated {
  readonly socket: RoomSocket;
  readonly peer: Peer;
  note: SocketNote;
  bucket: Bucket;
  /** When it was last heard of in this life of the room, or as its note says. */
  heard_ms?: number | undefined;
}

/** WebSocket close code for an error on the server's side (RFC 6455, section 7.4.1). */
export const internalError = 1011;

/**
 * The sockets of a room that is awake. A socket that the room closes has left at that moment; it is
 * marked so, and waits in `departures` for the machine to be told, once.
 */
export class Seats {
  readonly #byId = new Map<string, Seated>();
  readonly #departures: { readonly peer: Peer; readonly code: number }[] = [];
  #order_max = 0;

  get size(): number {
    return this.#byId.size;
  }

  get(connectionId: string): Seated | undefined {
    return this.#byId.get(connectionId);
  }

  /** Everybody, in the order of joining. */
  all(): Seated[] {
    return [...this.#byId.values()];
  }

  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  peers(): Peer[] {
    return this.all().map(({ peer }) => peer);
  }

  /** The sockets of one member, oldest first. */
  ofMember(member: string): Seated[] {
    return this.all().filter(({ peer }) => peer.claims.member === member);
  }

  /** A note for the next socket to join. */
  newNote(claims: RoomClaims): SocketNote {
    return { claims, order: this.#order_max + 1, strikes: { count: 0, at_ms: 0 }, left: false };
  }

  seat(socket: RoomSocket, note: SocketNote, bucket: Bucket): Seated {
    const peer = { connectionId: socket.id, claims: note.claims };
    const seated: Seated = { socket, peer, note, bucket, heard_ms: note.seen_ms };
    this.#byId.set(socket.id, seated);
    this.#order_max = Math.max(this.#order_max, note.order);
    return seated;
  }

  send(seated: Seated, text: string): void {
    try {
      seated.socket.send(text);
    } catch {
      // The socket broke a moment ago; its close event would say so later.
      this.close(seated, internalError, "broken");
    }
  }

  /** When a socket was last heard of, as far as anything tells. */
  lastSeen_ms(connectionId: string): number | undefined {
    const seated = this.#byId.get(connectionId);
    const pinged_ms = seated?.socket.pingedAt_ms?.();
    if (seated?.heard_ms === undefined || pinged_ms === undefined)
      return pinged_ms ?? seated?.heard_ms;
    return Math.max(pinged_ms, seated.heard_ms);
  }

  /** Closes a socket from the room's side. A second close of the same one does nothing. */
  close(seated: Seated, code: number, reason: string): void {
    if (!this.#byId.delete(seated.socket.id)) return;
    this.#departures.push({ peer: seated.peer, code });
    seated.socket.keep({ ...seated.note, left: true });
    seated.socket.close(code, reason);
  }

  /**
   * A socket closed by itself, or broke. Whoever has left already, because the room closed the
   * socket or heard of it before, does not leave again.
   */
  closed(connectionId: string, note: SocketNote | null, code: number): void {
    const seated = this.#byId.get(connectionId);
    this.#byId.delete(connectionId);
    if (note === null || note.left) return;
    seated?.socket.keep({ ...note, left: true });
    this.#departures.push({ peer: { connectionId, claims: note.claims }, code });
  }

  /** The next one who left and of whom the machine has not heard. */
  nextDeparture(): { readonly peer: Peer; readonly code: number } | undefined {
    return this.#departures.shift();
  }
}

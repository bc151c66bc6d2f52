import type { Namespace } from "socket.io";
import { positionNow_ms } from "./playback.ts";
import type { RoomState } from "./room-store.ts";

/** The documents' tick. */
const tick_ms = 1_000;

/** Tells everybody in a room that plays, every second, where the video is. */
export class SyncTicks {
  /** Rooms in which somebody is and the video runs, as they stand. */
  readonly #playing = new Map<string, RoomState>();
  readonly #timer: NodeJS.Timeout;
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
    this.#timer = setInterval(() => this.#tick(), tick_ms);
  }

  follow(room: RoomState): void {
    if (room.anchor.playing) this.#playing.set(room.id, room);
    else this.#playing.delete(room.id);
  }

  forget(room: string): void {
    this.#playing.delete(room);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const server_ms = Date.now();
    for (const room of this.#playing.values()) {
      const position_ms = positionNow_ms(room, server_ms);
      const { seq } = room.anchor;
      this.#namespace.to(room.id).emit("sync", { position_ms, playing: true, seq, server_ms });
    }
  }
}

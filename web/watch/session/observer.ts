import { positionAt_ms } from "../../../protocol/watch/anchor.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import type { Look } from "../follower.ts";
import type { Runtime } from "../runtime.ts";
import type { RoomSnapshot } from "./snapshot.ts";

/** The first few people say at once that an item has ended; the others only if nobody was heard. */
const first_people = 3;
const second_ms = 1_500;
const between_ms = 20;

export interface ObserverOptions {
  readonly runtime: Runtime;
  readonly snapshot: () => RoomSnapshot;
  readonly serverNow_ms: () => number | null;
  readonly send: (message: WatchUp) => boolean;
}

/** Sees in the player what the room waits for: that it is ready, and that the item is over. */
export class Observer {
  readonly #options: ObserverOptions;
  #readySeq: number | null = null;
  /** The command under which the end of the item was, or will be, told. */
  #endedSeq: number | null = null;
  #cancel: () => void = () => {};

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#cancel();
  }

  /** The socket came back: whatever was told may not have arrived. */
  reconnected(): void {
    this.#cancel();
    this.#readySeq = null;
    this.#endedSeq = null;
  }

  saw(look: Look): void {
    const { anchor, waitingFor, memberId, connection } = this.#options.snapshot();
    if (anchor === null || memberId === null || connection.kind !== "online") return;
    if (look.seq !== anchor.seq) return;
    if (look.prepared && this.#readySeq !== anchor.seq && waitingFor.includes(memberId)) {
      this.#readySeq = anchor.seq;
      this.#options.send({ type: "ready", seq: anchor.seq });
    }
    if (this.#endedSeq !== anchor.seq && this.#isOver(look)) {
      this.#endedSeq = anchor.seq;
      this.#cancel();
      this.#cancel = this.#options.runtime.after(this.#turn_ms(), () => this.#tellEnd(anchor.seq));
    }
  }

  #isOver({ player }: Look): boolean {
    const { anchor } = this.#options.snapshot();
    const server_ms = this.#options.serverNow_ms();
    if (anchor === null || server_ms === null || !anchor.playing || player.duration_ms === 0)
      return false;
    return positionAt_ms(anchor, server_ms, player.duration_ms) >= player.duration_ms;
  }

  /** By the list of people, which is the same everywhere, everybody knows their turn. */
  #turn_ms(): number {
    const { members, memberId } = this.#options.snapshot();
    const place = members.filter(({ away }) => !away).findIndex(({ id }) => id === memberId);
    return place < first_people ? 0 : second_ms + place * between_ms;
  }

  #tellEnd(seq: number): void {
    const { anchor } = this.#options.snapshot();
    // Somebody was heard: the room has gone on.
    if (anchor?.seq === seq) this.#options.send({ type: "ended", itemId: anchor.itemId });
  }
}

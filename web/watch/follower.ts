import type { Anchor } from "../../protocol/watch/anchor.ts";
import { type MediaPlayer, type PlayerState, PlayRefused } from "./players/player.ts";
import type { Runtime } from "./runtime.ts";
import { initialSync, type Skill, type SyncAction, type SyncState, syncStep } from "./sync.ts";

/** How often a player is looked at that has nothing to show yet, or nobody to follow. */
const lookIdle_ms = 200;

/** What the player follows. */
export interface Leader {
  anchor(): Anchor | null;
  serverNow_ms(): number | null;
}

/** What a follower needs of a player; the rest of it is the page's affair. */
export type FollowedPlayer = Pick<
  MediaPlayer,
  "state" | "traits" | "play" | "pause" | "seek" | "setRate"
>;

/** What one look saw. */
export interface Look {
  readonly player: PlayerState;
  /** Number of the command being followed; null before the first. */
  readonly seq: number | null;
  /** Ahead of the room; behind when negative; null while that cannot be told. */
  readonly drift_ms: number | null;
  /** A seek or a start is under way. */
  readonly pending: boolean;
  /** It should be moving and waits for data. */
  readonly stalled: boolean;
  /** It stands where the room does and could start at once. */
  readonly prepared: boolean;
  /** It was just sent somewhere that no command asked for. */
  readonly corrected: boolean;
}

export interface FollowerOptions {
  readonly player: FollowedPlayer;
  readonly leader: Leader;
  readonly runtime: Runtime;
  readonly onLook: (look: Look) => void;
  /** The browser's autoplay policy asks for a tap. */
  readonly onRefused: () => void;
  /** What an earlier player in the same place was seen to need. */
  readonly skill?: Skill | undefined;
}

/** Looks at a player again and again and makes it do what `syncStep` says. Looking sends nothing. */
export class Follower {
  readonly #options: FollowerOptions;
  #sync: SyncState = initialSync;
  #cancel: () => void = () => {};
  #stopped = false;
  #leftAlone = false;
  #ownPause: { readonly seq: number; readonly until_ms: number } | null = null;

  constructor(options: FollowerOptions) {
    this.#options = options;
    if (options.skill !== undefined) this.#sync = { ...initialSync, skill: options.skill };
  }

  /** What this player has been seen to need; the next one in its place will need about the same. */
  get skill(): Skill {
    return this.#sync.skill;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Looks now: the room has spoken, the player has changed, or a moment has come. */
  readonly look = (): void => {
    this.#cancel();
    if (this.#stopped) return;
    const next_ms = this.#look();
    if (!this.#stopped) this.#cancel = this.#options.runtime.after(next_ms, this.look);
  };

  /** Lets the player be for so long, or until the room says something new. */
  standAside(for_ms: number): void {
    const seq = this.#options.leader.anchor()?.seq ?? 0;
    this.#ownPause = { seq, until_ms: this.#options.runtime.now_ms() + for_ms };
  }

  /** While true the player does as it likes: it may not play before somebody has tapped. */
  set leftAlone(alone: boolean) {
    this.#leftAlone = alone;
    if (!alone) this.restart();
  }

  /** Goes where the room is as if it had just been told; what was learned of the player stays. */
  restart(): void {
    this.#sync = { ...initialSync, skill: this.#sync.skill };
  }

  /** @returns after how long to look again */
  #look(): number {
    const { player, leader, runtime } = this.#options;
    const state = player.state();
    const anchor = leader.anchor();
    const server_ms = leader.serverNow_ms();
    const local_ms = runtime.now_ms();
    const lost = state.failure !== null || state.duration_ms === 0;
    if (anchor === null || server_ms === null || lost || this.#isLeft(anchor, local_ms)) {
      this.#tell(state, null, false, false);
      return lookIdle_ms;
    }
    const view = { ...state, rates: player.traits.rates };
    const step = syncStep(this.#sync, anchor, view, { server_ms, local_ms });
    this.#sync = step.state;
    for (const action of step.actions) this.#apply(action, state);
    this.#tell(state, step.drift_ms, step.prepared, step.corrected);
    return step.look_ms;
  }

  #isLeft(anchor: Anchor, local_ms: number): boolean {
    const own = this.#ownPause;
    if (own !== null && own.seq === anchor.seq && local_ms < own.until_ms) return true;
    this.#ownPause = null;
    return this.#leftAlone;
  }

  #apply(action: SyncAction, { rate }: PlayerState): void {
    const { player, onRefused } = this.#options;
    if (action.type === "pause") player.pause();
    if (action.type === "seek") player.seek(action.position_ms);
    if (action.type === "rate" && Math.abs(rate - action.rate) > 0.001) player.setRate(action.rate);
    if (action.type === "play")
      player.play().catch((error: unknown) => {
        // Every other failure is told by the player's state.
        if (error instanceof PlayRefused) onRefused();
      });
  }

  #tell(player: PlayerState, drift_ms: number | null, prepared: boolean, corrected: boolean): void {
    const { seq, phase } = this.#sync;
    const pending = phase.kind === "waiting" || phase.kind === "starting";
    const stalled = !player.paused && !player.seeking && !player.ready && !player.ended;
    this.#options.onLook({ player, seq, drift_ms, pending, stalled, prepared, corrected });
  }
}

import type { Anchor } from "../../protocol/watch/anchor.ts";

/** Off by less than this nobody sees or hears it, and correcting it would be the worse evil. */
export const deadZone_ms = 40;
/** Off by more than this, a jump is kinder than half a minute of wrong speed. */
export const jumpAbove_ms = 1_000;

/** What a player shows of itself. */
export interface PlayerView {
  readonly position_ms: number;
  readonly duration_ms: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  /** The next frames are there: it can go on at once. */
  readonly ready: boolean;
  /** The only speeds this player has; null when any will do. */
  readonly rates: readonly number[] | null;
}

export interface Time {
  /** The room's clock, as estimated. */
  readonly server_ms: number;
  /** This page's monotonic clock. */
  readonly local_ms: number;
}

/** What one player has been seen to need, in milliseconds. */
export interface Skill {
  /** From a seek to standing at the new place with the next frames there ... */
  readonly seek_ms: number;
  /** ... and how far single seeks lie from that, on average. */
  readonly seekSpread_ms: number;
  /** From `play` to moving ... */
  readonly start_ms: number;
  /** ... as learned from so many starts. */
  readonly starts: number;
}

export type Phase =
  /** Paused with the room. `askedAt_ms` is the local time of a seek under way. */
  | { readonly kind: "resting"; readonly askedAt_ms: number | null }
  /** Stands, or is on its way to, where the room will be at `startAt_ms` of server time. */
  | {
      readonly kind: "waiting";
      readonly position_ms: number;
      readonly startAt_ms: number;
      readonly askedAt_ms: number | null;
      readonly tries: number;
    }
  /** Told to play at local time `askedAt_ms`, from a position at which it stood. */
  | {
      readonly kind: "starting";
      readonly from_ms: number;
      readonly askedAt_ms: number;
      /** When it was first seen moving. */
      readonly movedAt_ms: number | null;
      /** It was not held up meanwhile, so that something can be learned from it. */
      readonly clean: boolean;
      readonly tries: number;
    }
  | { readonly kind: "holding" };

export interface SyncState {
  /** Number of the command being followed. */
  readonly seq: number | null;
  readonly phase: Phase;
  readonly skill: Skill;
  /** A small drift is being taken out by speed. */
  readonly correcting: boolean;
  /** Jumps that no command asked for, one soon after the other. */
  readonly streak: number;
  /** Local time before which there is no further one. */
  readonly calmUntil_ms: number;
}

export type SyncAction =
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "seek"; readonly position_ms: number }
  | { readonly type: "rate"; readonly rate: number };

export interface SyncStep {
  readonly state: SyncState;
  readonly actions: readonly SyncAction[];
  /** How far the player is ahead of the room (behind when negative); null while it cannot be told. */
  readonly drift_ms: number | null;
  /** It stands where the room does and could start at once. */
  readonly prepared: boolean;
  /** One of the actions is a seek that no command asked for. */
  readonly corrected: boolean;
  /** Look again after this at the latest. */
  readonly look_ms: number;
}

/** What a player should be doing at a moment. */
export interface Goal {
  readonly anchor: Anchor;
  readonly position_ms: number;
  /** It played to its end. */
  readonly over: boolean;
}

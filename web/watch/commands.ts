import type { Anchor } from "../../protocol/watch/anchor.ts";

/**
 * A person's commands on their way to the room. Each names the anchor it was given on, and the room
 * refuses one that was given on an older anchor: so the next waits until the room has answered the
 * one before. What a person does faster than the line is gathered, and nothing is lost or refused.
 */

/** A command as a person gives it; the session adds which anchor it was given on. */
export type Command =
  | { readonly type: "play"; readonly position_ms?: number }
  | { readonly type: "pause"; readonly position_ms: number }
  | { readonly type: "seek"; readonly position_ms: number }
  | { readonly type: "rate"; readonly rate: number };

/** More than these nobody gives within one round trip; a further one replaces the last. */
const waiting_max = 4;

export interface Commands {
  /** Sent and not answered. */
  readonly sent: Command | null;
  /** To be sent after it, in order. */
  readonly waiting: readonly Command[];
}

export const noCommands: Commands = { sent: null, waiting: [] };

export interface CommandsStep {
  readonly commands: Commands;
  /** To be sent now. */
  readonly send: Command | null;
}

/** A person gives a command. */
export function give({ sent, waiting }: Commands, command: Command): CommandsStep {
  if (sent === null) return { commands: { sent: command, waiting: [] }, send: command };
  const last = waiting.at(-1);
  const replaces =
    waiting.length >= waiting_max || (last !== undefined && kindOf(last) === kindOf(command));
  const kept = replaces ? waiting.slice(0, -1) : waiting;
  return { commands: { sent, waiting: [...kept, command] }, send: null };
}

/** Of two in a row of one kind only the later one matters. */
function kindOf({ type }: Command): "motion" | "seek" | "rate" {
  return type === "seek" || type === "rate" ? type : "motion";
}

/** The room did what the sent command said. */
export function answered({ waiting }: Commands): CommandsStep {
  const [next = null, ...rest] = waiting;
  return { commands: { sent: next, waiting: rest }, send: next };
}

/** What the person wants, before the room has said it; null where they want nothing of the kind. */
export interface Intent {
  readonly playing: boolean | null;
  readonly position_ms: number | null;
  readonly rate: number | null;
}

/** What will be so once every command is done. */
export function intentOf({ sent, waiting }: Commands): Intent {
  let intent: Intent = { playing: null, position_ms: null, rate: null };
  for (const command of sent === null ? [] : [sent, ...waiting])
    intent = {
      playing: kindOf(command) === "motion" ? command.type === "play" : intent.playing,
      position_ms: ("position_ms" in command ? command.position_ms : null) ?? intent.position_ms,
      rate: command.type === "rate" ? command.rate : intent.rate,
    };
  return intent;
}

/** Whether an anchor that somebody else made says what the person wanted anyway. */
export function isGranted({ playing, position_ms, rate }: Intent, anchor: Anchor): boolean {
  if (playing !== null && playing !== anchor.playing) return false;
  if (rate !== null && rate !== anchor.rate) return false;
  // Two people who pause at once differ by what the line takes, and mean the same.
  return position_ms === null || (playing === false && !anchor.playing);
}

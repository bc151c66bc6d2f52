/**
 * A person's commands on their way to the room. Each names the anchor it was given on, and the room
 * refuses one that was given on an older anchor: so the next waits until the room has answered the
 * one before. What a person does faster than the line is gathered, and nothing is lost or refused.
 */

/** A command as a person gives it; the session adds which anchor it was given on. */
export type Command =
  | { readonly type: "play"; readonly position_ms?: number }
  | { readonly type: "pause"; readonly position_ms: number }
  | { readonly type: "seek"; readonly position_ms: number };

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
    waiting.length >= waiting_max ||
    (last !== undefined && (last.type === "seek") === (command.type === "seek"));
  const kept = replaces ? waiting.slice(0, -1) : waiting;
  return { commands: { sent, waiting: [...kept, command] }, send: null };
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
}

/** What will be so once every command is done. */
export function intentOf({ sent, waiting }: Commands): Intent {
  let intent: Intent = { playing: null, position_ms: null };
  for (const command of sent === null ? [] : [sent, ...waiting])
    intent = {
      playing: command.type === "seek" ? intent.playing : command.type === "play",
      position_ms: command.position_ms ?? intent.position_ms,
    };
  return intent;
}

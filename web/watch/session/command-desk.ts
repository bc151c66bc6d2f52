import type { Anchor } from "../../../protocol/watch/anchor.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import {
  answered,
  type Command,
  type Commands,
  type CommandsStep,
  give,
  type Intent,
  intentOf,
  isGranted,
  noCommands,
} from "../commands.ts";
import type { Runtime } from "../runtime.ts";

/** A command without an answer for so long is taken for lost. */
const answer_ms_max = 5_000;

const commandTypes: ReadonlySet<string> = new Set(["play", "pause", "seek", "rate"]);

export interface CommandDeskOptions {
  readonly runtime: Runtime;
  readonly anchor: () => Anchor | null;
  readonly send: (message: WatchUp) => boolean;
  /** What the person wants has changed. */
  readonly onIntent: (intent: Intent) => void;
}

/** Sends a person's commands one after the other, each on the anchor that the one before made. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  #commands: Commands = noCommands;
  #cancel: () => void = () => {};

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  give(command: Command): void {
    this.#proceed(give(this.#commands, command));
  }

  /** The room made an anchor of a command of ours. */
  answered(): void {
    if (this.#commands.sent !== null) this.#proceed(answered(this.#commands));
  }

  /**
   * The room did not take something.
   * @param about the type of the message it was
   * @returns whether the person should know; not when somebody else did the same meanwhile
   */
  refused(code: string, about: string | undefined): boolean {
    const ours = about === undefined || commandTypes.has(about);
    if (!ours || this.#commands.sent === null) return true;
    const anchor = this.#options.anchor();
    const intent = intentOf(this.#commands);
    this.forget();
    return !(code === "stale_command" && anchor !== null && isGranted(intent, anchor));
  }

  /** What was on its way may or may not have arrived; the room will say where it is. */
  readonly forget = (): void => {
    this.#cancel();
    if (this.#commands.sent !== null) this.#proceed({ commands: noCommands, send: null });
  };

  #proceed({ commands, send }: CommandsStep): void {
    const { runtime, anchor, onIntent } = this.#options;
    this.#commands = commands;
    onIntent(intentOf(commands));
    if (commands.sent === null) this.#cancel();
    const known = anchor();
    if (send === null || known === null) return;
    this.#cancel();
    this.#cancel = runtime.after(answer_ms_max, this.forget);
    this.#options.send({ ...send, seq: known.seq });
  }
}

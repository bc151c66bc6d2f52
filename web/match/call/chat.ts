import { type ChatLine, callChat_max } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { CallSnapshot } from "./snapshot.ts";

/** Lines that wait for the line to come back; more is more than anybody remembers having said. */
const unsent_max = 10;

interface CallChatOptions {
  readonly send: (up: CallUp) => boolean;
  readonly newKey: () => string;
  readonly onChange: (change: Pick<CallSnapshot, "chat" | "unsent">) => void;
}

/**
 * The text chat of a call. A line has a key of its own, so that one that is said again, because
 * nobody knows whether it arrived, stands there once.
 */
export class CallChat {
  readonly #options: CallChatOptions;
  #lines: readonly ChatLine[] = [];
  #unsent: CallSnapshot["unsent"] = [];

  constructor(options: CallChatOptions) {
    this.#options = options;
  }

  /** The last line the page has; 0 for none. */
  get last(): number {
    return this.#lines.at(-1)?.id ?? 0;
  }

  /** @returns false when too much waits already */
  say(text: string): boolean {
    if (this.#unsent.length >= unsent_max) return false;
    const line = { key: this.#options.newKey(), text };
    this.#options.send({ type: "say", ...line });
    this.#keep(this.#lines, [...this.#unsent, line]);
    return true;
  }

  welcome(missed: readonly ChatLine[]): void {
    for (const line of missed) this.heard(line);
    for (const line of this.#unsent) this.#options.send({ type: "say", ...line });
  }

  heard(line: ChatLine): void {
    const unsent = this.#unsent.filter(({ key }) => key !== line.key);
    const known = this.#lines.some(({ id }) => id === line.id);
    const lines = known
      ? this.#lines
      : [...this.#lines, line].toSorted((a, b) => a.id - b.id).slice(-callChat_max);
    this.#keep(lines, unsent);
  }

  /** The room does not take the oldest of what waits. */
  refused(): void {
    this.#keep(this.#lines, this.#unsent.slice(1));
  }

  #keep(chat: readonly ChatLine[], unsent: CallSnapshot["unsent"]): void {
    this.#lines = chat;
    this.#unsent = unsent;
    this.#options.onChange({ chat, unsent });
  }
}

import { type ChatLine, callChat_max } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import {
  type PeerChat,
  peerChat_length_max,
  peerChatSchema,
} from "../../../protocol/match/peer-chat.ts";
import type { Runtime } from "../runtime.ts";
import type { CallSnapshot, SaidLine } from "./snapshot.ts";

/** Lines that wait for the line to come back; more is more than anybody remembers having said. */
const unsent_max = 10;
/** What the partner's browser has not heard by then is said to the room. */
const unheard_ms_max = 3_000;
/** What a partner's browser may say within so long, as the room would allow it; more is not heard. */
const heard_max = 150;
const heard_ms = 10_000;

interface CallChatOptions {
  readonly runtime: Runtime;
  /** To the room. @returns false when the socket is away */
  readonly toRoom: (up: CallUp) => boolean;
  /** To the partner's browser. @returns false while there is no channel */
  readonly toPeer: (text: string) => boolean;
  readonly newKey: () => string;
  readonly onChange: (change: Pick<CallSnapshot, "chat" | "unsent">) => void;
}

/**
 * The text chat of a call. Lines go from browser to browser once there is a way, so that the room can
 * sleep, and else through the room. A line has a key of its own, so that one that is said again,
 * because nobody knows whether it arrived, stands there once.
 */
export class CallChat {
  readonly #options: CallChatOptions;
  #lines: readonly SaidLine[];
  #unsent: CallSnapshot["unsent"] = [];
  #last = 0;
  #heardFrom_ms = 0;
  #heard = 0;

  /** @param lines what was said before this page was reloaded */
  constructor(lines: readonly SaidLine[], options: CallChatOptions) {
    this.#options = options;
    this.#lines = lines;
  }

  /** The last line the page has of the room's; 0 for none. */
  get last(): number {
    return this.#last;
  }

  /** @returns false when too much waits already */
  say(text: string): boolean {
    if (this.#unsent.length >= unsent_max) return false;
    const line = { key: this.#options.newKey(), text };
    this.#keep(this.#lines, [...this.#unsent, line]);
    this.#send(line);
    return true;
  }

  /** The room has welcomed this page. */
  welcome(missed: readonly ChatLine[], memberId: string): void {
    for (const line of missed) this.heard(line, memberId);
    this.#sendAgain();
  }

  /** From the room. */
  heard({ id, from, key, text }: ChatLine, memberId: string): void {
    this.#last = Math.max(this.#last, id);
    this.#said({ mine: from === memberId, key, text });
  }

  /** The way from browser to browser has opened, or has closed. */
  channel(): void {
    this.#sendAgain();
  }

  /** From the partner's browser, whatever it says. */
  heardPeer(text: string): void {
    const message = this.#readPeer(text);
    if (message === undefined) return;
    const { key } = message;
    if (message.type === "say") {
      this.#tellPeer({ type: "heard", key });
      this.#said({ mine: false, key, text: message.text });
      return;
    }
    const line = this.#unsent.find((unsent) => unsent.key === key);
    if (line !== undefined) this.#said({ mine: true, ...line });
  }

  /** The room does not take the oldest of what waits. */
  refused(): void {
    this.#keep(this.#lines, this.#unsent.slice(1));
  }

  #readPeer(text: string): PeerChat | undefined {
    const now_ms = this.#options.runtime.now_ms();
    if (now_ms - this.#heardFrom_ms >= heard_ms) {
      this.#heardFrom_ms = now_ms;
      this.#heard = 0;
    }
    this.#heard += 1;
    if (this.#heard > heard_max || text.length > peerChat_length_max) return undefined;
    try {
      return peerChatSchema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  #send({ key, text }: CallSnapshot["unsent"][number]): void {
    const { runtime, toRoom } = this.#options;
    const say = { type: "say", key, text } as const;
    if (!this.#tellPeer(say)) {
      toRoom(say);
      return;
    }
    runtime.after(unheard_ms_max, () => {
      if (this.#unsent.some((unsent) => unsent.key === key)) toRoom(say);
    });
  }

  #sendAgain(): void {
    for (const line of this.#unsent) this.#send(line);
  }

  #tellPeer(message: PeerChat): boolean {
    return this.#options.toPeer(JSON.stringify(message));
  }

  #said(line: SaidLine): void {
    const isSame = ({ mine, key }: SaidLine) => mine === line.mine && key === line.key;
    const unsent = line.mine ? this.#unsent.filter(({ key }) => key !== line.key) : this.#unsent;
    const known = this.#lines.some(isSame);
    this.#keep(known ? this.#lines : [...this.#lines, line].slice(-callChat_max), unsent);
  }

  #keep(chat: readonly SaidLine[], unsent: CallSnapshot["unsent"]): void {
    this.#lines = chat;
    this.#unsent = unsent;
    this.#options.onChange({ chat, unsent });
  }
}

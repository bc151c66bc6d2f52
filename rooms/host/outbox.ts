import { batch_max } from "../../protocol/room.ts";

/** How long a message for all may wait for others to go with; below what anybody notices. */
const wait_ms = 25;
/** What may wait at once, in UTF-16 code units; beyond it everything goes out without waiting. */
const waiting_length_max = 64 * 1024;

/** A message for all sockets, or all but one, that has not gone out yet. */
interface Waiting {
  readonly text: string;
  readonly except: string | undefined;
  readonly key: string | undefined;
  /** A later one under the same key took its place. */
  replaced: boolean;
}

/** What the outbox does by the room's means. */
export interface OutboxPorts {
  /** Ids of all sockets. */
  sockets(): Iterable<string>;
  send(connectionId: string, text: string): void;
  after(delay_ms: number, act: () => void): void;
}

/**
 * Gathers messages that go to everybody, so that each socket gets one frame for all that came about
 * within a few milliseconds: a frame costs far more than the bytes in it. What a socket is sent keeps
 * its order, because whoever sends at once lets the socket catch up first. A frame is serialised
 * once, however many get it.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  #waiting: Waiting[] = [];
  /** By socket, how many of those that wait it needs no more. */
  #ahead = new Map<string, number>();
  #length = 0;
  #due = false;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** Puts in a message for everybody but `except`. A later one under its `key` replaces it. */
  add(message: unknown, except: string | undefined, key: string | undefined): void {
    if (key !== undefined)
      for (const earlier of this.#waiting) earlier.replaced ||= earlier.key === key;
    const text = JSON.stringify(message);
    this.#waiting.push({ text, except, key, replaced: false });
    this.#length += text.length;
    if (this.#waiting.length >= batch_max || this.#length > waiting_length_max) this.flush();
    else if (!this.#due) {
      this.#due = true;
      this.#ports.after(wait_ms, () => {
        this.#due = false;
        this.flush();
      });
    }
  }

  /** A socket that has just joined: what waits was said before its time. */
  joined(connectionId: string): void {
    if (this.#waiting.length > 0) this.#ahead.set(connectionId, this.#waiting.length);
  }

  /** Sends one socket what waits for it, because it is about to be sent something else. */
  catchUp(connectionId: string): void {
    if (this.#waiting.length === 0) return;
    const frame = frameOf(this.#textsFor(connectionId));
    this.#ahead.set(connectionId, this.#waiting.length);
    if (frame !== undefined) this.#ports.send(connectionId, frame);
  }

  /** Sends everybody what waits for them. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const excluded = new Set(this.#waiting.map(({ except }) => except));
    const common = frameOf(this.#waiting.filter(({ replaced }) => !replaced).map(textOf));
    const frames = [...this.#ports.sockets()].map((id) => {
      const own = excluded.has(id) || this.#ahead.has(id);
      return [id, own ? frameOf(this.#textsFor(id)) : common] as const;
    });
    this.#waiting = [];
    this.#ahead = new Map();
    this.#length = 0;
    for (const [id, frame] of frames) if (frame !== undefined) this.#ports.send(id, frame);
  }

  #textsFor(connectionId: string): string[] {
    return this.#waiting
      .slice(this.#ahead.get(connectionId) ?? 0)
      .filter(({ replaced, except }) => !replaced && except !== connectionId)
      .map(textOf);
  }
}

const textOf = ({ text }: Waiting) => text;

/** One message as it is, several as a batch (`batchSchema`), none as nothing. */
function frameOf(texts: readonly string[]): string | undefined {
  if (texts.length <= 1) return texts[0];
  return `{"type":"batch","messages":[${texts.join(",")}]}`;
}

import { messagesIn } from "../../protocol/room.ts";

/** What both Node's and a Worker's WebSocket have, and the shell around a Socket.IO socket. */
export interface AnySocket {
  readonly readyState: number;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
  terminate?(): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
  addEventListener(
    type: "close",
    listener: (event: { code: number; reason: string }) => void,
  ): void;
}

/** A message from a room, parsed, be it alone in its frame or not; fields are looked at by whoever expects them. */
export type Frame = { readonly type: string } & Readonly<Record<string, unknown>>;

const wait_ms_max = 20_000;

/** A test's end of a socket: keeps every frame, and waits for what a test expects. */
export class RoomSocket {
  readonly frames: Frame[] = [];
  /** Frames that are not JSON, as they came. */
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: AnySocket;
  readonly #watchers = new Set<() => void>();
  #read = 0;

  constructor(socket: AnySocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      if (text.startsWith("{")) this.frames.push(...(messagesIn(JSON.parse(text)) as Frame[]));
      else this.texts.push(text);
      this.#changed();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#changed();
    });
    // A close event follows every error and is what tests wait for.
    socket.addEventListener("error", () => {});
  }

  send(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  sendRaw(data: string | ArrayBuffer): void {
    this.#socket.send(data);
  }

  close(code = 1000): void {
    this.#socket.close(code);
  }

  /** Drops the connection without a close frame, as a lost network does; a Worker's socket cannot. */
  breakOff(): void {
    if (this.#socket.terminate === undefined) throw new Error("this socket cannot break off");
    this.#socket.terminate();
  }

  /**
   * The next frame that matches, among those that no earlier call has passed over.
   * @throws Error with all frames so far when none comes in time
   */
  async next(type: string, matches: (frame: Frame) => boolean = () => true): Promise<Frame> {
    let found: Frame | undefined;
    await this.until(`a frame ${type}`, () => {
      while (found === undefined && this.#read < this.frames.length) {
        const frame = this.frames[this.#read];
        this.#read += 1;
        if (frame !== undefined && frame.type === type && matches(frame)) found = frame;
      }
      return found !== undefined;
    });
    return found as Frame;
  }

  /** The close event, once it has come. */
  async whenClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    await this.until("the close", () => this.closed !== undefined);
    return this.closed as { code: number; reason: string };
  }

  /** Waits until a condition on what came in holds; looks again at everything that comes. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!holds()) return;
        this.#watchers.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        const seen = JSON.stringify({ frames: this.frames, texts: this.texts, ...this.closed });
        reject(new Error(`${what} did not come; seen: ${seen}`));
      }, wait_ms_max);
      this.#watchers.add(look);
      look();
    });
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}

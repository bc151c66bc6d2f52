import type { RoomClaims } from "../../protocol/room.ts";
import { closeCodes, finalCloseCodes, messagesIn } from "../../protocol/room.ts";
import { type WatchDown, watchDownSchema } from "../../protocol/watch/down.ts";
import type { JoinedWatchRoom } from "../../protocol/watch/rest.ts";
import { retryDelay_ms } from "../../web/room/retry.ts";
import type { Link, LinkOptions } from "../../web/watch/session/ports.ts";
import { type Line, Pipe } from "./network.ts";
import type { SimRoom } from "./room.ts";
import type { VirtualTime } from "./time.ts";

/** What a function takes to answer. */
const function_ms = 15;

export interface SimLinkOptions {
  readonly time: VirtualTime;
  readonly line: Line;
  readonly room: SimRoom;
  readonly claims: RoomClaims;
  readonly random: () => number;
  /** What the API answers to a join. */
  readonly joined: JoinedWatchRoom;
  /** A frame is handed to the session; for whoever measures. */
  readonly onWelcome: (from: "join" | "resume", took_ms: number) => void;
}

let sockets = 0;

/** A socket that comes back by itself, as `RoomConnection` does, over a simulated line. */
export class SimLink implements Link {
  readonly #sim: SimLinkOptions;
  readonly #client: LinkOptions;
  #up: Pipe<string | number> | undefined;
  #down: Pipe<string | number> | undefined;
  #cancel: () => void = () => {};
  #failures = 0;
  #stopped = false;
  #online = false;
  #began_ms = 0;
  #from: "join" | "resume" = "join";
  /** Messages the client sent, by type. */
  readonly sent = new Map<string, number>();

  constructor(sim: SimLinkOptions, client: LinkOptions) {
    this.#sim = sim;
    this.#client = client;
    this.#attempt();
  }

  send(message: Parameters<Link["send"]>[0]): boolean {
    if (!this.#online || this.#up === undefined) return false;
    this.sent.set(message.type, (this.sent.get(message.type) ?? 0) + 1);
    this.#up.send(JSON.stringify(message));
    return true;
  }

  retry(): void {
    if (!this.#online && !this.#stopped) this.#attempt();
  }

  stop(): void {
    this.#stopped = true;
    this.#online = false;
    this.#cancel();
    this.#up?.send(1000);
    this.#down?.close();
  }

  get isOnline(): boolean {
    return this.#online;
  }

  /**
   * The line goes dead without a word: this side notices after a while, and the other side later or
   * when the platform does.
   */
  breakDown(noticed_ms: number, serverNoticed_ms: number): void {
    const { time } = this.#sim;
    if (!this.#online) return;
    const broken = this.#up;
    this.#down?.close();
    this.#breakServer(serverNoticed_ms);
    time.after(noticed_ms, () => {
      if (this.#up === broken) this.#lost(1006);
    });
  }

  #breakServer: (after_ms: number) => void = () => {};

  #attempt(): void {
    const { time, line, joined } = this.#sim;
    this.#cancel();
    if (this.#stopped) return;
    this.#client.onState({ kind: "connecting" });
    this.#began_ms = time.now_ms;
    const resume = this.#client.resume();
    this.#from = resume === null ? "join" : "resume";
    if (resume !== null) {
      this.#open({ resumed: true, since: resume.since });
      return;
    }
    const up_ms = line.delivery_ms(true);
    const down_ms = line.delivery_ms(false);
    if (up_ms === null || down_ms === null) {
      this.#cancel = time.after(5_000, () => this.#lost(1006));
      return;
    }
    this.#cancel = time.after(up_ms + function_ms + down_ms, () => {
      this.#client.onJoined(joined);
      this.#open({});
    });
  }

  /** The upgrade travels up; the room answers with the open socket and its welcome behind it. */
  #open(how: Pick<RoomClaims, "resumed" | "since">): void {
    const { time, line, room, claims } = this.#sim;
    const id = `s${++sockets}`;
    let gone = false;
    const leave = (code: number) => {
      if (gone) return;
      gone = true;
      room.closed(id, code);
    };
    const broken = () => {
      leave(1006);
      if (this.#down === down) this.#lost(1006);
    };
    const down = new Pipe<string | number>(
      time,
      line,
      false,
      (frame) => this.#heard(frame),
      broken,
    );
    const up = new Pipe<string | number>(
      time,
      line,
      true,
      (frame) => (typeof frame === "number" ? leave(frame) : room.receive(id, frame)),
      broken,
    );
    this.#up = up;
    this.#down = down;
    this.#breakServer = (after_ms) => {
      up.close();
      time.after(after_ms, () => leave(1006));
    };
    const arrival_ms = line.delivery_ms(true);
    if (arrival_ms === null) {
      this.#cancel = time.after(5_000, () => this.#lost(1006));
      return;
    }
    time.after(arrival_ms, () => {
      if (this.#up !== up || this.#stopped) return;
      // The answer to the upgrade goes out as the first thing on the socket.
      down.send("open");
      const close = (code: number) => {
        gone = true;
        down.send(code);
      };
      room.join({ id, send: (text) => down.send(text), close }, { ...claims, ...how });
    });
  }

  #heard(frame: string | number): void {
    if (typeof frame === "number") {
      this.#lost(frame);
      return;
    }
    if (frame === "open") {
      this.#online = true;
      this.#client.onState({ kind: "online" });
      return;
    }
    for (const message of messagesOf(frame)) {
      if (message.type === "welcome") {
        this.#failures = 0;
        this.#sim.onWelcome(this.#from, this.#sim.time.now_ms - this.#began_ms);
      }
      this.#client.onMessage(message);
    }
  }

  #lost(code: number): void {
    this.#up?.close();
    this.#down?.close();
    this.#up = undefined;
    this.#down = undefined;
    this.#online = false;
    this.#cancel();
    if (this.#stopped) return;
    if (finalCloseCodes.has(code) || code === closeCodes.roomFull) {
      this.#stopped = true;
      this.#client.onState({ kind: "ended", reason: "refused" });
      return;
    }
    this.#failures++;
    const delay_ms = retryDelay_ms(this.#failures, this.#sim.random());
    this.#client.onState({ kind: "waiting", retryAt_ms: this.#sim.time.now_ms + delay_ms });
    this.#cancel = this.#sim.time.after(delay_ms, () => this.#attempt());
  }
}

/** Twenty clients get the same text: it is parsed once. The messages are never changed. */
const parsed = new Map<string, readonly WatchDown[]>();
const parsed_max = 64;

function messagesOf(frame: string): readonly WatchDown[] {
  const known = parsed.get(frame);
  if (known !== undefined) return known;
  const messages = messagesIn(JSON.parse(frame)).map((one) => watchDownSchema.parse(one));
  if (parsed.size >= parsed_max) parsed.clear();
  parsed.set(frame, messages);
  return messages;
}

import type { WatchDown } from "../../protocol/watch/down.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import type { ClockEstimate } from "./clock.ts";
import type { Command } from "./commands.ts";
import type { Look } from "./follower.ts";
import { ClockKeeper } from "./session/clock-keeper.ts";
import { CommandDesk } from "./session/command-desk.ts";
import { Observer } from "./session/observer.ts";
import type { Link, Resume, SessionPorts } from "./session/ports.ts";
import { changeBy } from "./session/received.ts";
import { Reporter } from "./session/reporter.ts";
import { initialSnapshot, type RoomSnapshot } from "./session/snapshot.ts";
import { Speech } from "./session/speech.ts";

export type {
  FloatingReaction,
  RoomSnapshot,
  Typing,
  Unsent,
} from "./session/snapshot.ts";

/** What a person asks of the room that is neither a command to the video nor a chat message. */
export type Wish = Exclude<
  WatchUp,
  { type: "hello" | "clock" | "ready" | "ended" | "bye" | "say" | "typing" | Command["type"] }
>;

/**
 * One person's presence in one room: the connection, the room's clock, its last words, and what the
 * person says. It does no I/O and looks at no clock but through its ports, so that a simulation can
 * drive the very same code.
 */
export class WatchSession {
  readonly #ports: SessionPorts;
  readonly #listeners = new Set<() => void>();
  readonly #clock: ClockKeeper;
  readonly #desk: CommandDesk;
  readonly #observer: Observer;
  readonly #speech: Speech;
  readonly #reporter: Reporter;
  #snapshot = initialSnapshot;
  #link: Link | undefined;
  #resume: { readonly token: string; readonly expiresAt_ms: number } | null = null;
  #chatCursor = 0;
  #welcomed = false;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    const { runtime } = ports;
    const send = (message: WatchUp) => this.#send(message);
    this.#reporter = new Reporter(runtime.now_ms());
    this.#clock = new ClockKeeper({
      runtime,
      probe: (client_ms) => this.#link?.send({ type: "clock", client_ms }) ?? false,
      askTime: ports.askTime,
      needed: () => this.#snapshot.anchor?.playing ?? false,
      onChange: () => this.#change({ clock: this.#clock.estimate() }),
      onMeasured: (rtt_ms) => this.#send({ type: "hello", rtt_ms }),
    });
    this.#desk = new CommandDesk({
      runtime,
      send,
      anchor: () => this.#snapshot.anchor,
      onIntent: (intent) => this.#change({ intent }),
    });
    this.#observer = new Observer({
      runtime,
      send,
      snapshot: this.snapshot,
      serverNow_ms: () => this.serverNow_ms(),
    });
    this.#speech = new Speech({
      runtime,
      send,
      unsent: () => this.#snapshot.unsent,
      onUnsent: (unsent) => this.#change({ unsent }),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): RoomSnapshot => this.#snapshot;

  start(): void {
    this.#link = this.#ports.connect({
      resume: () => this.#resumption(),
      onJoined: ({ room, resume, resumeExpiresAt_ms }) => {
        this.#resume = { token: resume, expiresAt_ms: resumeExpiresAt_ms };
        this.#change({ room });
      },
      onMessage: (message) => this.#received(message),
      onState: (connection) => {
        if (connection.kind !== "online") this.#disconnected();
        this.#change({ connection });
      },
    });
  }

  /** Leaves: nobody waits for this person to come back. */
  stop(): void {
    this.flush();
    this.#send({ type: "bye" });
    this.#clock.stop();
    this.#observer.stop();
    this.#desk.forget();
    this.#link?.stop();
    this.#link = undefined;
  }

  retry(): void {
    this.#link?.retry();
  }

  /** The page may go away for good now: what was noticed is told while that is still possible. */
  flush(): void {
    const report = this.#reporter.take(this.#ports.runtime.now_ms(), this.#clock.rtt_ms);
    if (report !== undefined) this.#ports.postReport(report);
  }

  /** The machine may have slept, or its clock been set: is the time still what it was? */
  doubtClock(): void {
    this.#clock.doubt();
  }

  /**
   * Plays, pauses, seeks or sets the speed for everybody, at once or after what was told before.
   * @returns false when the room cannot be told now; the person should know
   */
  command(command: Command): boolean {
    if (!this.#isOnline() || this.#snapshot.anchor === null) return false;
    this.#desk.give(command);
    return true;
  }

  /** Asks the room for anything else. @returns false when the room cannot be told now */
  tell(wish: Wish): boolean {
    return this.#isOnline() && this.#send(wish);
  }

  /**
   * Says something in the chat. What is said while the line is away is said when it is back, once.
   * @returns false when too much waits already
   */
  say(text: string, replyTo?: number): boolean {
    return this.#speech.say(text, replyTo);
  }

  /** The person writes; called at every key, told now and then. */
  typing(): void {
    if (this.#isOnline()) this.#speech.typing();
  }

  /** The room's time, once a probe has told it. */
  serverNow_ms(): number | null {
    const known = this.#clock.estimate();
    return known === null ? null : this.#ports.runtime.now_ms() + known.offset_ms;
  }

  /** How well the room's time is known at this moment; the snapshot has it to the millisecond. */
  clock(): ClockEstimate | null {
    return this.#clock.estimate();
  }

  /** What the player was seen doing, at every look. */
  readonly followed = (look: Look): void => {
    const now_ms = this.#ports.runtime.now_ms();
    this.#reporter.saw(look, now_ms);
    this.#observer.saw(look);
    this.#ageClock();
    const report = this.#reporter.takeIfOverdue(now_ms, this.#clock.rtt_ms);
    if (report !== undefined) this.#ports.postReport(report);
  };

  #ageClock(): void {
    const shown_ms = this.#snapshot.clock?.error_ms ?? 0;
    const clock = this.#clock.estimate();
    if (clock !== null && Math.abs(clock.error_ms - shown_ms) >= 1) this.#change({ clock });
  }

  #received(message: WatchDown): void {
    const { runtime, notify } = this.#ports;
    if (message.type === "clock") {
      this.#clock.answered(message.client_ms, message.server_ms);
      return;
    }
    const { anchor: before } = this.#snapshot;
    this.#change(changeBy(this.#snapshot, message, runtime.now_ms()));
    const { anchor } = this.#snapshot;
    if (anchor !== before) this.#anchored();
    if (message.type === "welcome") this.#welcome(message.recovered, message.chatCursor);
    if (message.type === "chat") {
      this.#chatCursor = Math.max(this.#chatCursor, message.message.cursor);
      this.#speech.proceed();
    }
    if (message.type === "anchor" && message.by === this.#snapshot.memberId) this.#desk.answered();
    if (message.type === "error" && this.#refused(message)) notify(message.message);
  }

  /** @returns whether the person should know */
  #refused({ code, about, retryAfter_ms }: Extract<WatchDown, { type: "error" }>): boolean {
    if (about === "say") return this.#speech.refused(retryAfter_ms);
    // What nobody did by hand nobody needs to hear of.
    if (about === "typing" || about === "ended" || about === "ready") return false;
    return this.#desk.refused(code, about);
  }

  #welcome(recovered: boolean, chatCursor: number): void {
    this.#welcomed = true;
    this.#chatCursor = chatCursor;
    if (recovered) this.#reporter.count("resumes", this.#ports.runtime.now_ms());
    this.#observer.reconnected();
    this.#clock.connected();
    this.#speech.proceed();
  }

  #anchored(): void {
    const { anchor } = this.#snapshot;
    if (anchor?.waitingFor !== undefined)
      this.#reporter.count("gateWaits", this.#ports.runtime.now_ms());
    this.#clock.refreshIfDue();
  }

  #disconnected(): void {
    this.#desk.forget();
    this.#clock.disconnected();
    this.#speech.disconnected();
    // A socket that closed before it welcomed us was refused: its token is worth nothing.
    if (!this.#welcomed) this.#resume = null;
  }

  #resumption(): Resume | null {
    const resume = this.#resume;
    const usable =
      resume !== null &&
      this.#snapshot.anchor !== null &&
      (this.serverNow_ms() ?? 0) < resume.expiresAt_ms;
    this.#welcomed = false;
    // Whoever joins anew is told the whole chat; a token that was refused is not tried again.
    if (!usable) this.#change({ chat: [] });
    return usable ? { token: resume.token, since: this.#chatCursor } : null;
  }

  #isOnline(): boolean {
    return this.#snapshot.connection.kind === "online";
  }

  #send(message: WatchUp): boolean {
    const { runtime } = this.#ports;
    const report = this.#reporter.takeIfDue(runtime.now_ms(), this.#clock.rtt_ms);
    const carried = report === undefined ? message : { ...message, report };
    return this.#link?.send(carried) ?? false;
  }

  #change(change: Partial<RoomSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

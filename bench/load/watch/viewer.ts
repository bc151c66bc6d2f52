import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { timeSchema } from "../../../protocol/time.ts";
import { driftBuckets, type Report } from "../../../protocol/watch/report.ts";
import { type JoinedWatchRoom, joinedWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import type { WatchUp } from "../../../protocol/watch/up.ts";
import { Unanswered } from "../attempts.ts";
import { Browser } from "../browser.ts";
import { evening, pageHabits } from "./evening.ts";
import { hearing } from "./hearing.ts";
import { type Line, openLine } from "./line.ts";
import type { Room } from "./room.ts";
import type { World } from "./world.ts";

const welcome_ms_max = 15_000;
/** Half a minute of looks, most of them within a few milliseconds. */
const drift = Array.from({ length: driftBuckets }, (_, bucket) => (bucket < 6 ? 5 : 0));

/** One page that shows a room, on either side. */
export class Viewer {
  readonly room: Room;
  readonly browser: Browser;
  readonly talks: boolean;
  /** In the room, with an open line. */
  present = false;
  /** When the line that they write is done, by `performance.now()`. */
  writesUntil_ms = 0;
  /** When this visit began, by `performance.now()`. */
  since_ms: number;
  #joined: JoinedWatchRoom | undefined;
  #line: Line | undefined;
  #cursor = 0;
  #toldAt_ms: number;
  #welcomed: (() => void) | undefined;
  #lost: ((why: string) => void) | undefined;
  readonly #world: World;

  /** @param age_ms how long this visit has lasted already */
  constructor(room: Room, world: World, { talks = false, age_ms = 0 } = {}) {
    this.#world = world;
    this.room = room;
    this.talks = talks;
    this.since_ms = performance.now() - age_ms;
    this.#toldAt_ms = performance.now() - world.random.next() * Math.min(age_ms, overdue_ms);
    this.browser = new Browser({ origin: world.side.url, received: world.received });
  }

  get memberId(): string | undefined {
    return this.#joined?.memberId;
  }

  /** Comes in for the first time, as a page does: asks for a token, opens its socket, asks the time. */
  async enter(due_ms: number, seat?: string): Promise<void> {
    const path = `/v1/watch/rooms/${this.room.id}/join`;
    const name = this.room.nextName();
    const entered = await this.#world.attempts.of("join", due_ms, async () => {
      const body = { name, ...(seat === undefined ? {} : { seat }) };
      this.#joined = await this.browser.ask("POST", path, joinedWatchRoomSchema, body);
      await this.#open(this.#joined.token);
      return true;
    });
    if (entered) await this.#learnTime();
  }

  /** The line is lost, and the page comes back with what it was given for that. */
  async loseLine(): Promise<void> {
    this.present = false;
    this.#line?.breakOff();
    await pause(evening.loss_ms);
    await this.#comeBack(performance.now());
  }

  /** Goes for good. */
  async leave(): Promise<void> {
    if (this.#world.isEdge && this.present) await this.report();
    this.say({ type: "bye" });
    this.vanish();
  }

  /** Goes, and says nothing. */
  vanish(): void {
    this.present = false;
    this.#line?.close();
    this.#line = undefined;
  }

  /** Says something; a report of drift rides along when the last one is old enough. */
  say(message: WatchUp): boolean {
    const now_ms = performance.now();
    const due = this.#world.isEdge && now_ms - this.#toldAt_ms >= pageHabits.reportEvery_ms;
    if (due) this.#toldAt_ms = now_ms;
    return this.#line?.say(due ? { ...message, report: reportNow() } : message) ?? false;
  }

  /** A series of probes over HTTP, which the room sleeps through. */
  async refreshClock(due_ms: number): Promise<void> {
    for (let probe = 0; probe < pageHabits.seriesProbes; probe += 1) {
      const begun_ms = probe === 0 ? due_ms : performance.now();
      await this.#world.attempts.of("time", begun_ms, () =>
        this.browser.ask("GET", "/v1/time", timeSchema),
      );
    }
  }

  /** Tells over HTTP what no message has carried. */
  async report(due_ms = performance.now()): Promise<void> {
    const { room, seat } = this.#joined ?? {};
    if (room === undefined) return;
    this.#toldAt_ms = performance.now();
    const body = { seat, report: reportNow() };
    await this.#world.attempts.of("report", due_ms, () =>
      this.browser.ask("POST", `/v1/watch/rooms/${room.id}/reports`, z.null(), body),
    );
  }

  /** When the report that waits has waited for too long, unless a message takes it along before. */
  get reportOverdueAt_ms(): number {
    return this.#toldAt_ms + overdue_ms;
  }

  async #comeBack(due_ms: number): Promise<void> {
    const { resume } = this.#joined ?? {};
    if (resume === undefined || this.#line === undefined) return;
    await this.#world.attempts.of("resume", due_ms, () => this.#open(resume, this.#cursor));
    this.#greet();
  }

  /** Resolves once the room has welcomed this page. @throws Unanswered */
  async #open(token: string, since?: number): Promise<void> {
    const welcomed = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.#lost?.("no welcome"), welcome_ms_max);
      this.#welcomed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#lost = (why) => {
        clearTimeout(timer);
        reject(new Unanswered(why));
      };
    });
    this.#line = openLine(this.#world.side, {
      room: this.room.id,
      token,
      socketPath: this.#joined?.socketPath ?? "",
      ...(since === undefined ? {} : { since }),
      received: this.#world.received,
      onMessage: (message) => this.#hear(message),
      onLost: (why) => this.#away(why),
    });
    await welcomed;
    this.#welcomed = undefined;
    this.#lost = undefined;
    this.present = true;
  }

  #away(why: string): void {
    if (this.#lost !== undefined) this.#lost(why);
    if (!this.present) return;
    // Nobody meant this line to go.
    this.present = false;
    this.#world.attempts.recorder.failed("line", why);
    void this.#comeBack(performance.now());
  }

  #hear(said: unknown): void {
    const message = hearing(said);
    if (message === undefined) return;
    if (message.type === "welcome") {
      this.#cursor = message.chatCursor;
      this.room.follow(message.anchor);
      this.#welcomed?.();
      return;
    }
    if (message.type === "chat") this.#cursor = Math.max(this.#cursor, message.message.cursor);
    this.room.heard(this, message);
  }

  /** The old design tells the position every second instead, and asks nobody for the time. */
  async #learnTime(): Promise<void> {
    if (!this.#world.isEdge) return;
    for (let probe = 0; probe < pageHabits.probes && this.present; probe += 1) {
      this.say({ type: "clock", client_ms: performance.now() });
      await pause(pageHabits.probeEvery_ms);
    }
    this.#greet();
  }

  #greet(): void {
    if (this.#world.isEdge) this.say({ type: "hello", rtt_ms: pageHabits.rtt_ms });
  }
}

const overdue_ms = pageHabits.reportOverdue_ms;

function reportNow(): Report {
  const none = { corrections: 0, stalls: 0, resumes: 0, gateWaits: 0 };
  return { drift, ...none, rtt_ms: pageHabits.rtt_ms };
}

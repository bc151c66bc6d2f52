import type { Random } from "../../platform/testing/random.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { positionAt_ms } from "../../protocol/watch/anchor.ts";
import { currentOf } from "../../protocol/watch/queue.ts";
import type { Report } from "../../protocol/watch/report.ts";
import type { JoinedWatchRoom } from "../../protocol/watch/rest.ts";
import { durationOf_ms } from "../../protocol/watch/source-facts.ts";
import { Follower, type Look } from "../../web/watch/follower.ts";
import type { Runtime } from "../../web/watch/runtime.ts";
import type { LinkOptions } from "../../web/watch/session/ports.ts";
import { WatchSession } from "../../web/watch/session.ts";
import type { Skill } from "../../web/watch/sync.ts";
import { SimLink } from "./link.ts";
import { Line, type LineFaults } from "./network.ts";
import { type PlayerFaults, SimPlayer } from "./player.ts";
import type { SimRoom } from "./room.ts";
import type { VirtualTime } from "./time.ts";

/** A clock that is wrong, and wrong by more every second. */
export interface ClockFaults {
  /** Changes when the clock is set while it is in use. */
  offset_ms: number;
  readonly skew_ppm: number;
}

export interface ClientFaults {
  readonly clock: ClockFaults;
  readonly line: LineFaults;
  readonly player: PlayerFaults;
}

export interface ClientOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly room: SimRoom;
  readonly faults: ClientFaults;
  readonly claims: RoomClaims;
  readonly joined: JoinedWatchRoom;
  /** Something that must not be. */
  readonly fail: (what: string) => void;
}

/** One viewer: the real session and follower with a simulated clock, line and player. */
export class SimClient {
  readonly id: string;
  readonly session: WatchSession;
  readonly faults: ClientFaults;
  readonly reports: Report[] = [];
  readonly notices: string[] = [];
  readonly welcomes: { readonly from: "join" | "resume"; readonly took_ms: number }[] = [];
  readonly #options: ClientOptions;
  readonly #runtime: Runtime;
  link: SimLink | undefined;
  player: SimPlayer | undefined;
  #follower: Follower | undefined;
  #skill: Skill | undefined;
  #itemId: string | undefined;
  #seq = -1;
  look: Look | undefined;
  corrections = 0;
  stalls = 0;
  /** Anchors followed, and players loaded: occasions for a player to seek. */
  occasions = 0;
  timeRequests = 0;
  left = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { faults, time, random, claims } = options;
    this.id = claims.member;
    this.faults = faults;
    const speed = 1 + faults.clock.skew_ppm / 1e6;
    this.#runtime = {
      now_ms: () => time.now_ms * speed + faults.clock.offset_ms,
      after: (delay_ms, act) => time.after(delay_ms / speed, act),
      random: () => random.next(),
    };
    const line = new Line(faults.line, random);
    this.session = new WatchSession({
      runtime: this.#runtime,
      connect: (client: LinkOptions) => {
        this.link = new SimLink(
          {
            time,
            line,
            room: options.room,
            claims,
            joined: options.joined,
            random: () => random.next(),
            onWelcome: (from, took_ms) => {
              this.#seq = -1;
              this.welcomes.push({ from, took_ms });
            },
          },
          client,
        );
        return this.link;
      },
      askTime: (done) => this.#askTime(line, done),
      postReport: (report) => void this.reports.push(report),
      notify: (text) => void this.notices.push(text),
    });
    this.session.subscribe(() => this.#changed());
    this.session.start();
  }

  /** How far the picture on the screen is ahead of the room; null while it does not move. */
  trueDrift_ms(): number | null {
    const { anchor } = this.#options.room;
    const truth = this.player?.truth();
    if (anchor === null || truth === undefined || !truth.moving || !anchor.playing) return null;
    if (this.look?.seq !== anchor.seq) return null;
    const duration_ms = this.player?.state().duration_ms ?? 0;
    const goal_ms = positionAt_ms(anchor, this.#options.time.now_ms, duration_ms);
    return goal_ms >= duration_ms ? null : truth.position_ms - goal_ms;
  }

  /** How far the session's idea of the room's time is off, and how far it says it may be. */
  clockError(): { readonly error_ms: number; readonly bound_ms: number } | null {
    const known = this.session.serverNow_ms();
    const bound_ms = this.session.clock()?.error_ms;
    if (known === null || bound_ms === undefined) return null;
    return { error_ms: known - this.#options.time.now_ms, bound_ms };
  }

  stall(for_ms: number): void {
    this.stalls++;
    this.player?.stall(for_ms);
  }

  leave(): void {
    this.left = true;
    this.session.stop();
    this.#follower?.stop();
  }

  #changed(): void {
    const { anchor, queue } = this.session.snapshot();
    if (anchor !== null) {
      if (anchor.seq < this.#seq)
        this.#options.fail(`${this.id} went back from anchor ${this.#seq} to ${anchor.seq}`);
      if (anchor.seq !== this.#seq) this.occasions++;
      this.#seq = anchor.seq;
    }
    const shown = currentOf(queue);
    if (shown !== undefined && shown.id !== this.#itemId) {
      this.#itemId = shown.id;
      this.#load(durationOf_ms(shown.source) ?? 60_000);
    } else this.#follower?.look();
  }

  #load(duration_ms: number): void {
    const { time, random, faults } = this.#options;
    this.#skill = this.#follower?.skill;
    this.#follower?.stop();
    this.occasions++;
    const player = new SimPlayer(
      time,
      random,
      faults.player,
      duration_ms,
      () => this.#follower?.look(),
      () => this.session.snapshot().anchor?.rate ?? 1,
    );
    this.player = player;
    this.#follower = new Follower({
      player,
      runtime: this.#runtime,
      leader: {
        anchor: () => this.session.snapshot().anchor,
        serverNow_ms: () => this.session.serverNow_ms(),
      },
      onLook: (look) => this.#saw(look),
      onRefused: () => {},
      skill: this.#skill,
    });
    this.#follower.look();
  }

  #saw(look: Look): void {
    this.look = look;
    if (look.corrected) {
      this.corrections++;
      if (look.player.seeking || look.stalled)
        this.#options.fail(`${this.id} corrected while a seek or a stall was pending`);
    }
    if ((this.player?.disturbed ?? 0) > 0)
      this.#options.fail(`${this.id} changed speed while a seek or a stall was pending`);
    this.session.followed(look);
  }

  #askTime(line: Line, done: (server_ms: number | null) => void): void {
    const { time } = this.#options;
    this.timeRequests++;
    const up_ms = line.delivery_ms(true);
    const down_ms = line.delivery_ms(false);
    if (up_ms === null || down_ms === null) {
      time.after(5_000, () => done(null));
      return;
    }
    time.after(up_ms, () => {
      const server_ms = Math.floor(time.now_ms);
      time.after(down_ms, () => done(server_ms));
    });
  }
}

import { randomUUID } from "node:crypto";
import { callDownSchema } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import { exponential } from "../arrivals.ts";
import type { Browser } from "../browser.ts";
import type { Line, Lines } from "./lines.ts";
import { signalsOf } from "./negotiation.ts";
import type { Relay } from "./relay.ts";
import type { World } from "./world.ts";

/** The documents' length of a call, on average; either of the two may end it. */
const call_ms_mean = 60_000;
/** Between two lines of chat of one person. */
const chat_ms_mean = 40_000;
/** As a page does: what has been heard is acknowledged after so long, or when it is so much. */
const acknowledge_ms = 400;
const unacknowledged_max = 16;

export type Matched = Extract<LobbyDown, { type: "matched" }>;

export interface CallEndOptions {
  readonly world: World;
  readonly browser: Browser;
  readonly lines: Lines;
  readonly matched: Matched;
  /** This page sits in the call's room. */
  readonly onSeated: () => void;
  /** @param next whether this person has ended it to go on to somebody else */
  readonly onOver: (next: boolean, due_ms: number) => void;
}

/** One person's end of one call, saying what a page says. */
export class CallEnd {
  readonly #options: CallEndOptions;
  readonly #relay: Relay;
  readonly #line: Line;
  #generation = 0;
  #number = 0;
  #epoch = "";
  #heard = 0;
  #acknowledged = 0;
  #acknowledging: NodeJS.Timeout | undefined;
  #hasServers = false;
  /** The partner has made an offer. */
  #offered = false;
  #over = false;

  constructor(options: CallEndOptions) {
    this.#options = options;
    const { world, lines, matched } = options;
    this.#relay = world.takeRelay(matched.callId);
    this.#line = lines.open("call", matched.callId, matched.token, {
      onOpen: () => this.#say({ type: "hello" }),
      onMessage: (message) => this.#hear(message),
      onLost: (why) => {
        world.attempts.fault("call", why);
        this.#end(false, performance.now());
      },
    });
  }

  /** Whether both have come. */
  get live(): boolean {
    return this.#generation > 0;
  }

  /** What this person means to do in a call that is under way. */
  plan(): void {
    if (!this.live || this.#over) return;
    const { agenda, random } = this.#options.world;
    agenda.after(exponential(random, 2 * call_ms_mean), (due_ms) =>
      this.hangUp(random.next() < 0.5 ? "next" : "hangup", due_ms),
    );
    this.#planChat();
  }

  hangUp(reason: "next" | "hangup", due_ms: number): void {
    if (this.#over) return;
    this.#say({ type: "hangup", reason });
    this.#relay.hungUp(due_ms);
    this.#end(reason === "next", due_ms);
  }

  /** Goes away without a word. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.world.leaveRelay(this.#options.matched.callId);
    clearTimeout(this.#acknowledging);
    this.#line.close();
  }

  #hear(frame: unknown): void {
    const { data: message } = callDownSchema.safeParse(frame);
    if (message === undefined) {
      this.#fail("a frame of another form");
      return;
    }
    const { role } = this.#options.matched;
    switch (message.type) {
      case "welcome":
        this.#epoch = message.epoch;
        this.#heard = message.seq;
        this.#acknowledged = message.seq;
        this.#options.onSeated();
        return;
      case "restart":
        this.#begin(message.generation);
        return;
      case "signal":
        this.#epoch = message.epoch;
        this.#heard = message.seq;
        this.#acknowledgeSoon();
        this.#relay.signalHeard(role === "polite" ? "impolite" : "polite");
        if ("description" in message.signal && role === "polite") this.#answer();
        return;
      case "chat":
        if (message.line.from === this.#options.matched.partner.id)
          this.#relay.lineHeard(message.line.key);
        return;
      case "ended":
        if (message.by === "partner") this.#relay.over();
        else this.#fail(`ended ${message.reason}`);
        this.#end(false, performance.now());
        return;
      case "error":
        this.#fail(`error ${message.code}`);
    }
  }

  /** Both are there: a page asks for servers unless it has them, then the impolite side makes its offer. */
  #begin(generation: number): void {
    this.#generation = generation;
    this.plan();
    const { world, browser, matched } = this.#options;
    const { callId, token, ice } = matched;
    if (ice !== undefined) {
      this.#served();
      return;
    }
    const due_ms = performance.now();
    void world.attempts
      .of("ice", due_ms, () => world.house.ice(browser, callId, token))
      .then(() => this.#served());
  }

  #served(): void {
    this.#hasServers = true;
    if (this.#options.matched.role === "impolite" || this.#offered) this.#negotiate();
  }

  #answer(): void {
    this.#offered = true;
    if (this.#hasServers) this.#negotiate();
  }

  #negotiate(): void {
    const began_ms = performance.now();
    for (const { after_ms, signal } of signalsOf(this.#options.matched.role))
      setTimeout(() => {
        if (this.#over) return;
        this.#number += 1;
        this.#relay.signalSent(this.#options.matched.role, began_ms + after_ms);
        this.#say({ type: "signal", generation: this.#generation, number: this.#number, signal });
      }, after_ms);
  }

  #acknowledgeSoon(): void {
    clearTimeout(this.#acknowledging);
    const acknowledge = () => {
      this.#acknowledged = this.#heard;
      this.#say({ type: "ack", epoch: this.#epoch, seq: this.#heard });
    };
    if (this.#heard - this.#acknowledged >= unacknowledged_max) acknowledge();
    else this.#acknowledging = setTimeout(acknowledge, acknowledge_ms);
  }

  #planChat(from_ms = performance.now()): void {
    const { agenda, random, side } = this.#options.world;
    const speak = (due_ms: number) => {
      if (this.#over) return;
      // From browser to browser, as the page does: nothing of it comes to this side.
      if (side.name === "edge" && this.#relay.hasWay) {
        this.#planChat(due_ms);
        return;
      }
      const key = randomUUID();
      this.#relay.lineSent(key, due_ms);
      this.#say({ type: "say", key, text: "Where are you from? It rains here." });
      this.#planChat(due_ms);
    };
    agenda.after(exponential(random, chat_ms_mean), speak, from_ms);
  }

  #end(next: boolean, due_ms: number): void {
    if (this.#over) return;
    this.stop();
    this.#options.onOver(next, due_ms);
  }

  #say(message: CallUp): void {
    this.#line.say(message);
  }

  #fail(why: string): void {
    this.#options.world.attempts.fault("call", why);
  }
}

import type { Random } from "../../../platform/testing/random.ts";
import type { CallDown } from "../../../protocol/match/call-down.ts";
import type { CallUp } from "../../../protocol/match/call-up.ts";
import type { Signal } from "../../../protocol/match/signal.ts";
import { CallWorld, callClaims } from "./call-world.ts";
import { Negotiation } from "./negotiation.ts";
import { type ModelDescription, PeerModel } from "./peer-model.ts";
import { SignalClient } from "./signal-client.ts";

/** How a call between two pages goes. */
export interface CallLifeOptions {
  /** Changes that each page makes to what it sends, while the call lives. */
  readonly changes: number;
  /** Lost sockets, reloads of a page, evictions of the room. */
  readonly losses: number;
  readonly reloads: number;
  readonly evictions: number;
  /** Quiet stretches, longer than it takes until the room writes down where all stands. */
  readonly pauses: number;
  /** A page acknowledges what it hears after so many steps of the schedule, at most. */
  readonly ackDelay: number;
}

interface Page {
  readonly seat: 0 | 1;
  client: SignalClient;
  peer: PeerModel;
  negotiation: Negotiation;
  socket: string | undefined;
  /** On their way, each way in order. */
  up: CallUp[];
  down: CallDown[];
  /** Under each generation, what the page has sent and what it has heard. */
  sent: Map<number, string[]>;
  heard: Map<number, string[]>;
}

export interface CallLife {
  readonly faults: readonly string[];
  readonly collisions: number;
  readonly generations: number;
  readonly resumed: number;
  readonly checkpoints: number;
  readonly restarted: number;
}

/**
 * Two pages and their room, every message of which travels by itself: what arrives next, and when a
 * page's own work is done, is for the schedule to decide. Sockets break with what is on its way,
 * pages are reloaded, the room forgets itself. In the end all must have come to rest in agreement.
 */
export function liveCall(random: Random, options: CallLifeOptions): CallLife {
  const life = new Life(random, options);
  life.run();
  return life.verdict();
}

class Life {
  readonly #random: Random;
  readonly #world: CallWorld;
  readonly #pages: readonly [Page, Page];
  readonly #faults: string[] = [];
  readonly #ackDelay: number;
  #todo: (() => void)[] = [];
  #mischief: (() => void)[];
  #collisions = 0;
  #resumed = 0;
  #checkpoints = 0;
  #restarted = 0;

  constructor(random: Random, options: CallLifeOptions) {
    this.#random = random;
    this.#ackDelay = options.ackDelay;
    this.#world = new CallWorld(
      random,
      (connectionId, message) => this.#pageOf(connectionId)?.down.push(message),
      (connectionId) => this.#lost(connectionId),
    );
    this.#pages = [this.#newPage(0), this.#newPage(1)];
    const times = (count: number, act: (page: Page) => void) =>
      Array.from({ length: count }, () => () => act(random.pick(this.#pages)));
    this.#mischief = [
      ...times(options.losses, (page) => this.#breakLine(page)),
      ...times(options.reloads, (page) => this.#reload(page)),
      ...times(options.evictions, () => this.#world.sleep()),
      ...times(options.pauses, () => this.#pause()),
      ...times(options.changes, (page) => this.#change(page)),
      ...times(options.changes, (page) => this.#change(page)),
    ].sort(() => random.next() - 0.5);
  }

  run(): void {
    for (let step = 0; step < 200_000; step += 1) {
      if (this.#mischief.length > 0 && this.#random.next() < 0.06) this.#mischief.pop()?.();
      else if (!this.#proceed() && this.#mischief.length === 0) return;
      this.#world.pass(this.#random.below(12));
    }
    this.#faults.push("it never came to rest");
  }

  verdict(): CallLife {
    const [ann, bob] = this.#pages;
    const fault = (holds: boolean, what: string) => void (holds || this.#faults.push(what));
    const { call } = this.#world.state;
    fault(call?.endedAt_ms === null, `the call ended: ${call?.reason}`);
    for (const page of this.#pages) {
      this.#faults.push(...page.client.faults);
      this.#collisions += page.negotiation.collisions;
      fault(page.client.generation === call?.generation, "a page is of another generation");
      fault(page.peer.signalingState === "stable", `a page is left in ${page.peer.signalingState}`);
      fault(page.peer.agreed === page.peer.wanted, "a change was never agreed on");
    }
    fault(ann.peer.session === bob.peer.session, "the pages agreed on different sessions");
    this.#compare(ann, bob);
    this.#compare(bob, ann);
    return {
      faults: this.#faults,
      collisions: this.#collisions,
      generations: call?.generation ?? 0,
      resumed: this.#resumed,
      checkpoints: this.#checkpoints,
      restarted: this.#restarted,
    };
  }

  /** All of the last generation came, of older ones the beginning without a gap. */
  #compare(from: Page, to: Page): void {
    for (const [generation, heard] of to.heard) {
      const sent = from.sent.get(generation) ?? [];
      const last = generation === this.#world.state.call?.generation;
      const expected = last ? sent : sent.slice(0, heard.length);
      if (JSON.stringify(heard) !== JSON.stringify(expected))
        this.#faults.push(`under ${generation}: sent ${sent}, heard ${heard}`);
    }
  }

  /** One of the things that are due; false when there is none. */
  #proceed(): boolean {
    const possible: (() => void)[] = this.#todo.map((act, index) => () => {
      this.#todo.splice(index, 1);
      act();
    });
    for (const page of this.#pages) {
      if (page.socket === undefined) possible.push(() => this.#connect(page));
      if (page.up.length > 0) possible.push(() => this.#arriveUp(page));
      if (page.down.length > 0) possible.push(() => this.#arriveDown(page));
    }
    if (possible.length === 0) return false;
    this.#random.pick(possible)();
    return true;
  }

  #connect(page: Page): void {
    page.socket = this.#world.join(callClaims(page.seat, this.#world.openedAt_ms));
    page.up = [];
    page.down = [];
    page.client.opened((up) => page.up.push(up));
  }

  #arriveUp(page: Page): void {
    const up = page.up.shift();
    if (up !== undefined && page.socket !== undefined) this.#world.say(page.socket, up);
  }

  #arriveDown(page: Page): void {
    const message = page.down.shift();
    if (message === undefined) return;
    if (message.type === "welcome" && message.recovered) this.#resumed += 1;
    page.client.hear(message);
    if (message.type === "signal") this.#ackLater(page, this.#random.below(this.#ackDelay + 1));
  }

  #ackLater(page: Page, steps: number): void {
    const { client } = page;
    this.#todo.push(() => {
      if (page.client !== client) return;
      if (steps > 0 && this.#random.next() < 0.5) this.#ackLater(page, steps - 1);
      else client.acknowledge();
    });
  }

  /** The line breaks: some of what is on its way still arrives, the rest is lost. */
  #breakLine(page: Page): void {
    const { socket } = page;
    if (socket === undefined) return;
    for (let left = this.#random.below(page.up.length + 1); left > 0; left -= 1)
      this.#arriveUp(page);
    const seen = this.#random.below(page.down.length + 1);
    for (let left = seen; left > 0; left -= 1) this.#arriveDown(page);
    page.socket = undefined;
    page.up = [];
    page.down = [];
    page.client.closed();
    // The room may hear of it late, or only when another socket takes the seat.
    if (this.#random.next() < 0.7) this.#todo.push(() => this.#world.leave(socket));
  }

  #lost(connectionId: string): void {
    const page = this.#pageOf(connectionId);
    if (page === undefined) return;
    page.socket = undefined;
    page.client.closed();
  }

  #reload(page: Page): void {
    this.#breakLine(page);
    page.negotiation.close();
    this.#collisions += page.negotiation.collisions;
    const { client, peer, negotiation } = this.#newPage(page.seat, page);
    Object.assign(page, { client, peer, negotiation });
  }

  /** With everybody there, and nothing under way; half of the time the room then sleeps. */
  #pause(): void {
    if (this.#pages.some(({ client }) => !client.connected)) return;
    for (let left = 2_000; left > 0 && this.#proceed(); left -= 1) this.#world.pass(1);
    this.#world.pass(12_000);
    if (this.#world.stored.has("lines")) this.#checkpoints += 1;
    if (this.#random.next() < 0.7) this.#world.sleep();
  }

  #change(page: Page): void {
    page.peer.wanted += 1;
    page.negotiation.needed();
  }

  #pageOf(connectionId: string): Page | undefined {
    return this.#pages?.find(({ socket }) => socket === connectionId);
  }

  #newPage(seat: 0 | 1, old?: Page): Page {
    const page: Page = {
      seat,
      client: new SignalClient({
        signal: (signal) => this.#heard(page === undefined ? old : (old ?? page), signal),
        restart: () => this.#begin(old ?? page),
        ended: () => void this.#faults.push("a page was told of an end"),
      }),
      ...this.#peerOf(() => old ?? page, `${seat}`),
      socket: undefined,
      up: [],
      down: [],
      sent: new Map(),
      heard: new Map(),
    };
    return page;
  }

  #begin(page: Page): void {
    this.#restarted += 1;
    page.negotiation.close();
    this.#collisions += page.negotiation.collisions;
    page.sent.set(page.client.generation, []);
    page.heard.set(page.client.generation, []);
    Object.assign(
      page,
      this.#peerOf(() => page, `${page.seat}.${page.client.generation}`),
    );
    page.negotiation.needed();
  }

  #peerOf(page: () => Page, name: string) {
    const peer = new PeerModel(name);
    const send = (description: ModelDescription) => this.#say(page(), description);
    const later = (act: () => void) => void this.#todo.push(act);
    const polite = name.startsWith("1");
    return { peer, negotiation: new Negotiation(peer, polite, send, later) };
  }

  /** A description, and some candidates after it. */
  #say(page: Page, description: ModelDescription): void {
    const { type } = description;
    this.#signal(page, { description: { type, sdp: JSON.stringify(description) } });
    for (let batch = this.#random.below(3); batch > 0; batch -= 1)
      this.#signal(page, { candidates: [{ candidate: `${description.id} ${batch}` }] });
  }

  #signal(page: Page, signal: Signal): void {
    page.sent.get(page.client.generation)?.push(JSON.stringify(signal));
    page.client.signal(signal);
  }

  #heard(page: Page | undefined, signal: Signal): void {
    if (page === undefined) return;
    page.heard.get(page.client.generation)?.push(JSON.stringify(signal));
    if ("description" in signal)
      page.negotiation.take(JSON.parse(signal.description.sdp) as ModelDescription);
  }
}

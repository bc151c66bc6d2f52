import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { forAll, type Random, seededRandom } from "../../platform/testing/random.ts";
import type { CallDown } from "../../protocol/match/call-down.ts";
import type { Description } from "../../protocol/match/signal.ts";
import { closeCodes } from "../../protocol/room.ts";
import { CallWorld, callClaims } from "../../test/sim/match/call-world.ts";
import { PeerModel } from "../../test/sim/match/peer-model.ts";
import type { ConnectionState } from "../room/connection.ts";
import type { CallPeer, CallPeerEvents } from "./call/peer-keeper.ts";
import type { PeerState, SaidLine } from "./call/snapshot.ts";
import { CallSession } from "./call-session.ts";
import { TestRuntime } from "./testing.ts";

/** The signalling half of a peer connection, which is connected once both have agreed. */
class TestPeer implements CallPeer {
  readonly model: PeerModel;
  readonly #events: CallPeerEvents;
  state: PeerState = "connecting";
  localDescription: { readonly type: "offer" | "answer"; readonly sdp: string } | null = null;
  candidates = 0;
  offers = 0;
  /** Agrees with its partner, and connects all the same no more than a browser without candidates. */
  stuck = false;
  closed = false;
  /** The partner's, once there is a channel between the two. */
  partner: TestPeer | undefined;
  /** What is said on the channel comes to nobody. */
  deaf = false;
  said = 0;

  constructor(name: string, events: CallPeerEvents) {
    this.model = new PeerModel(name);
    this.#events = events;
    void this.#wake();
  }

  get signalingState() {
    return this.model.signalingState;
  }

  async setLocalDescription() {
    const description = this.model.setLocalDescription();
    if (description.type === "offer") this.offers += 1;
    // An answer carries one's camera and microphone; only what comes later takes an offer of one's own.
    else this.model.agreed ||= 1;
    this.localDescription = { type: description.type, sdp: JSON.stringify(description) };
    this.#events.onCandidate({ candidate: `candidate of ${description.id}` });
    void this.#wake();
  }

  async setRemoteDescription({ type, sdp }: Description) {
    if (type === "offer") this.localDescription = null;
    this.model.setRemoteDescription(JSON.parse(sdp));
    void this.#wake();
  }

  async addIceCandidate() {
    this.candidates += 1;
  }

  restartIce(): void {
    this.model.wanted += 1;
    this.become("connecting");
    void this.#wake();
  }

  become(state: PeerState): void {
    this.state = state;
    this.#events.onState();
  }

  say(text: string): boolean {
    const { partner } = this;
    if (partner === undefined) return false;
    this.said += 1;
    void setImmediate().then(() => {
      if (!partner.closed && !partner.deaf) partner.#events.onText(text);
    });
    return true;
  }

  /** A channel for text between these two. */
  static join(one: TestPeer, other: TestPeer): void {
    one.partner = other;
    other.partner = one;
    for (const peer of [one, other]) peer.#events.onChannel();
  }

  /** The partner's browser is gone. */
  part(): void {
    this.partner = undefined;
    this.#events.onChannel();
  }

  close(): void {
    this.closed = true;
  }

  /** Events come as tasks of their own, after the operation is done. */
  async #wake(): Promise<void> {
    await setImmediate();
    if (this.closed) return;
    if (this.model.needsNegotiation) this.#events.onNeeded();
    else if (this.signalingState === "stable" && !this.stuck) this.become("connected");
  }
}

/** Two pages in one call, with the room's own machine between them. */
class Pair {
  readonly runtime = new TestRuntime();
  readonly reports: unknown[] = [];
  readonly world: CallWorld;
  readonly ends: readonly [End, End];
  readonly #wire: (() => void)[] = [];

  constructor(random: Random = seededRandom(1)) {
    this.world = new CallWorld(
      random,
      (socket, message) => this.#deliver(socket, (end) => end.hear(message)),
      (socket, code) => this.#deliver(socket, (end) => end.lost(code === closeCodes.callEnded)),
    );
    this.ends = [new End(this, 0), new End(this, 1)];
  }

  /** In order, and never while the room is still at work. What comes to a dead line is lost. */
  #deliver(socket: string, act: (end: End) => void): void {
    this.#wire.push(() => {
      const end = this.ends.find((one) => one.socket === socket);
      if (end !== undefined) act(end);
    });
    void setImmediate().then(() => this.#wire.shift()?.());
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 12; round += 1) {
      await setImmediate();
      this.runtime.pass(50);
      this.world.pass(50);
    }
  }
}

class End {
  readonly session: CallSession;
  readonly peers: TestPeer[] = [];
  socket: string | undefined;
  /** Says nothing to its partner's browser. */
  mute = false;
  /** Its peers do not connect. */
  stuck = false;
  readonly #pair: Pair;
  readonly #seat: 0 | 1;
  #onMessage: ((message: CallDown) => void) | undefined;
  #onState: ((state: ConnectionState) => void) | undefined;
  #keys = 0;

  constructor(pair: Pair, seat: 0 | 1, chat: readonly SaidLine[] = []) {
    this.#pair = pair;
    this.#seat = seat;
    const claims = callClaims(seat, 0);
    const { partner } = claims.data as { partner: Parameters<typeof Object>[0] };
    const role = seat === 0 ? "impolite" : "polite";
    this.session = new CallSession({ callId: "call-1", role, partner, chat } as never, {
      runtime: pair.runtime,
      connect: ({ onMessage, onState }) => {
        this.#onMessage = onMessage;
        this.#onState = onState;
        return {
          send: (up) => {
            if (this.socket === undefined) return false;
            if (this.mute && up.type === "signal") return true;
            pair.world.say(this.socket, up);
            return true;
          },
          retry: () => {},
          stop: () => this.lose(),
        };
      },
      iceServers: async () => [],
      createPeer: (_servers, events) => {
        const peer = new TestPeer(`${role}-${this.peers.length}`, events);
        peer.stuck = this.stuck;
        this.peers.push(peer);
        return peer;
      },
      report: (error) => pair.reports.push(error),
      newKey: () => {
        this.#keys += 1;
        return `${role}-${this.#keys}`;
      },
    });
  }

  get peer(): TestPeer {
    const peer = this.peers.at(-1);
    if (peer === undefined) throw new Error("no peer yet");
    return peer;
  }

  get snapshot() {
    return this.session.snapshot();
  }

  start(): void {
    this.session.start();
    this.connect();
  }

  connect(): void {
    const { world } = this.#pair;
    this.socket = world.join(callClaims(this.#seat, world.openedAt_ms));
    this.#onState?.({ kind: "online" });
  }

  hear(message: CallDown): void {
    this.#onMessage?.(message);
  }

  /** The line breaks. */
  lose(): void {
    const { socket } = this;
    this.socket = undefined;
    if (socket !== undefined) this.#pair.world.leave(socket);
    this.lost(false);
  }

  lost(final: boolean): void {
    this.socket = undefined;
    const state: ConnectionState = final
      ? { kind: "ended", reason: "refused" }
      : { kind: "waiting", retryAt_ms: 0 };
    this.#onState?.(state);
  }
}

async function inCall(random?: Random): Promise<Pair> {
  const pair = new Pair(random);
  for (const end of pair.ends) end.start();
  await pair.settle();
  return pair;
}

function expectAgreed({ ends: [ann, bob], reports }: Pair): void {
  expect(reports).toEqual([]);
  expect(ann.peer.model.session).toBeDefined();
  expect(ann.peer.model.session).toBe(bob.peer.model.session);
  for (const { snapshot } of [ann, bob]) expect(snapshot.peer).toBe("connected");
}

describe("a call between two pages", () => {
  test("comes about although both begin at once", async () => {
    const pair = await inCall();
    expectAgreed(pair);
    for (const { snapshot, peer } of pair.ends) {
      expect(snapshot.partnerState).toBe("here");
      expect(snapshot.startedAt_ms).not.toBeNull();
      expect(peer.candidates).toBeGreaterThan(0);
    }
  });

  test("is begun by one side alone, so that nobody has to take back an offer", async () => {
    const pair = await inCall();
    const [ann, bob] = pair.ends;
    expect([ann.peer.offers, bob.peer.offers]).toEqual([1, 0]);
  });

  test("is begun by the polite side when the other says nothing", async () => {
    const pair = new Pair();
    const [ann, bob] = pair.ends;
    for (const end of pair.ends) end.start();
    ann.mute = true;
    await pair.settle();
    expect(bob.peer.offers).toBe(0);
    pair.runtime.pass(2_000);
    await pair.settle();
    expect(bob.peer.offers).toBe(1);
  });

  test("is helped when it neither comes about nor fails", async () => {
    const pair = new Pair();
    const [ann, bob] = pair.ends;
    for (const end of pair.ends) end.stuck = true;
    for (const end of pair.ends) end.start();
    await pair.settle();
    expect([ann, bob].map(({ snapshot }) => snapshot.peer)).toEqual(["connecting", "connecting"]);
    for (const end of pair.ends) end.peer.stuck = false;
    pair.runtime.pass(6_000);
    await pair.settle();
    expectAgreed(pair);
    expect([ann.peer.offers, bob.peer.offers]).toEqual([2, 0]);
  });

  test("goes on over a lost socket, and what was said meanwhile is said", async () => {
    const pair = await inCall();
    const [ann, bob] = pair.ends;
    ann.lose();
    expect(ann.snapshot.connection.kind).toBe("waiting");
    bob.peer.restartIce();
    ann.session.say("are you there?");
    expect(ann.snapshot.unsent).toHaveLength(1);
    await pair.settle();
    expect(bob.snapshot.partnerState).toBe("lost");
    expect(bob.snapshot.partnerUntil_ms).not.toBeNull();
    ann.connect();
    await pair.settle();
    expectAgreed(pair);
    // The same peer connections: nothing began anew.
    expect([ann.peers.length, bob.peers.length]).toEqual([1, 1]);
    expect(bob.snapshot.partnerState).toBe("here");
    expect(bob.snapshot.chat.map(({ text }) => text)).toEqual(["are you there?"]);
    expect(ann.snapshot.unsent).toEqual([]);
  });

  describe("whose browsers have a channel", () => {
    async function withChannel() {
      const pair = await inCall();
      TestPeer.join(pair.ends[0].peer, pair.ends[1].peer);
      await pair.settle();
      return pair;
    }
    const textsOf = ({ snapshot }: End) => snapshot.chat.map(({ text }) => text);

    test("chats without waking the room, once each, and both see who said it", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      const steps = pair.world.steps;
      ann.session.say("hello");
      await pair.settle();
      bob.session.say("hello yourself");
      await pair.settle();
      pair.runtime.pass(60_000);
      expect(pair.world.steps).toBe(steps);
      for (const end of pair.ends) expect(textsOf(end)).toEqual(["hello", "hello yourself"]);
      expect(ann.snapshot.chat.map(({ mine }) => mine)).toEqual([true, false]);
      expect(bob.snapshot.chat.map(({ mine }) => mine)).toEqual([false, true]);
      expect(ann.snapshot.unsent).toEqual([]);
    });

    test("says through the room what the partner's browser does not answer", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      bob.peer.deaf = true;
      ann.session.say("do you hear me?");
      await pair.settle();
      expect(textsOf(bob)).toEqual([]);
      expect(ann.snapshot.unsent).toHaveLength(1);
      pair.runtime.pass(3_000);
      await pair.settle();
      for (const end of pair.ends) expect(textsOf(end)).toEqual(["do you hear me?"]);
      expect(ann.snapshot.unsent).toEqual([]);
    });

    test("says through the room what was on its way when the channel closed, and stands once", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      ann.session.say("one");
      ann.peer.part();
      bob.peer.part();
      await pair.settle();
      ann.session.say("two");
      await pair.settle();
      for (const end of pair.ends) expect(textsOf(end)).toEqual(["one", "two"]);
    });

    test("brings a line said while a socket is away", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      ann.lose();
      ann.session.say("still here");
      await pair.settle();
      for (const end of [ann, bob]) expect(textsOf(end)).toEqual(["still here"]);
    });

    test("takes nothing that is no line, nor more than the room would", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      const say = (key: string, text: unknown) => JSON.stringify({ type: "say", key, text });
      const bad = ["", "{", "[]", say("a", "x".repeat(501)), say("", "x"), say("a", "x\ny")];
      for (const text of [...bad, say("a", 1), " ".repeat(5_000)]) ann.peer.say(text);
      await pair.settle();
      expect(textsOf(bob)).toEqual([]);
      for (let line = 0; line < 300; line += 1) ann.peer.say(say(`${line}`, `${line}`));
      await pair.settle();
      expect(textsOf(bob)).toHaveLength(50);
      // What was refused above counts as well.
      expect(textsOf(bob).at(-1)).toBe(`${150 - bad.length - 2 - 1}`);
      pair.runtime.pass(10_000);
      ann.peer.say(say("later", "later"));
      await pair.settle();
      expect(textsOf(bob).at(-1)).toBe("later");
    });

    test("shows a page that was reloaded what it had kept, and what was said meanwhile", async () => {
      const pair = await withChannel();
      const [ann, bob] = pair.ends;
      ann.session.say("before");
      await pair.settle();
      const { chat } = ann.snapshot;
      ann.peer.deaf = true;
      ann.session.stop();
      bob.session.say("meanwhile");
      const again = new End(pair, 0, chat);
      Object.assign(pair, { ends: [again, bob] });
      again.start();
      await pair.settle();
      TestPeer.join(again.peer, bob.peer);
      await pair.settle();
      expectAgreed(pair);
      for (const end of [again, bob]) expect(textsOf(end)).toEqual(["before", "meanwhile"]);
    });
  });

  test("begins anew with a page that was reloaded", async () => {
    const pair = await inCall();
    const [ann, bob] = pair.ends;
    ann.session.say("before");
    ann.session.stop();
    const again = new End(pair, 0);
    Object.assign(pair, { ends: [again, bob] });
    again.start();
    await pair.settle();
    expectAgreed(pair);
    expect(bob.peers).toHaveLength(2);
    expect(bob.peers[0]?.closed).toBe(true);
    expect(again.snapshot.chat.map(({ text }) => text)).toEqual(["before"]);
  });

  test("ends for both with a reason, and says by whom", async () => {
    const pair = await inCall();
    const [ann, bob] = pair.ends;
    ann.session.hangUp("next");
    await pair.settle();
    expect(ann.snapshot.ended).toEqual({ reason: "next", by: "you" });
    expect(bob.snapshot.ended).toEqual({ reason: "next", by: "partner" });
    expect(bob.peer.closed).toBe(true);
  });

  test("ends when the partner stays away", async () => {
    const pair = await inCall();
    const [ann, bob] = pair.ends;
    ann.lose();
    pair.world.pass(11_000);
    await pair.settle();
    expect(bob.snapshot.ended).toEqual({ reason: "partner_lost", by: "room" });
    ann.connect();
    await pair.settle();
    expect(ann.snapshot.ended?.reason).toBe("partner_lost");
  });

  test("is helped when the way between the browsers breaks", async () => {
    const pair = await inCall();
    const [ann] = pair.ends;
    ann.peer.become("failed");
    expect(ann.snapshot.peer).toBe("failed");
    await pair.settle();
    expectAgreed(pair);
    ann.peer.become("interrupted");
    expect(ann.snapshot.peer).toBe("interrupted");
    pair.runtime.pass(3_000);
    await pair.settle();
    expectAgreed(pair);
  });

  describe("that finds no way from browser to browser", () => {
    /** Both sit in the call, and whatever they say to each other helps nothing. */
    async function withoutWay(): Promise<Pair> {
      const pair = new Pair();
      for (const end of pair.ends) end.stuck = true;
      for (const end of pair.ends) end.start();
      await pair.settle();
      return pair;
    }

    test("tells both after fifteen seconds, and whether a relay could have helped", async () => {
      const pair = await withoutWay();
      pair.runtime.pass(13_000);
      for (const { snapshot } of pair.ends) expect(snapshot.trouble).toBeNull();
      pair.runtime.pass(2_000);
      for (const { snapshot } of pair.ends) {
        expect(snapshot.peer).toBe("connecting");
        expect(snapshot.trouble).toEqual({ hasRelay: false });
      }
    });

    test("tells it at once when nothing is left to try", async () => {
      const pair = await withoutWay();
      const [ann] = pair.ends;
      for (let attempt = 0; attempt < 7; attempt += 1) {
        ann.peer.become("failed");
        pair.runtime.pass(1);
        await setImmediate();
      }
      expect(ann.snapshot.trouble).toEqual({ hasRelay: false });
    });

    test("says so no more once it is connected after all", async () => {
      const pair = await withoutWay();
      pair.runtime.pass(15_000);
      await pair.settle();
      for (const end of pair.ends) end.peer.stuck = false;
      for (const end of pair.ends) end.session.tryAgain();
      for (const { snapshot } of pair.ends) expect(snapshot.trouble).toBeNull();
      await pair.settle();
      expectAgreed(pair);
      pair.runtime.pass(60_000);
      for (const { snapshot } of pair.ends) expect(snapshot.trouble).toBeNull();
    });

    test("is tried as often again when the person asks for it", async () => {
      const pair = await withoutWay();
      const [ann] = pair.ends;
      pair.runtime.pass(60_000);
      await pair.settle();
      const offers = ann.peer.offers;
      ann.session.tryAgain();
      await pair.settle();
      expect(ann.peer.offers).toBe(offers + 1);
    });
  });

  test("comes to rest in agreement after any losses, reloads of the room and changes", async () => {
    await forAll(60, async (random) => {
      const pair = await inCall(random);
      for (let act = 0; act < 12; act += 1) {
        const end = random.pick(pair.ends);
        const what = random.below(5);
        if (what === 0 && end.socket !== undefined) end.lose();
        if (what === 1 && end.socket === undefined) end.connect();
        if (what === 2) end.peer.restartIce();
        if (what === 3) pair.world.sleep();
        if (what === 4) await setImmediate();
      }
      for (const end of pair.ends) if (end.socket === undefined) end.connect();
      await pair.settle();
      await pair.settle();
      expectAgreed(pair);
    });
  }, 60_000);
});

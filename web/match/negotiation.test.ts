import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { forAll, type Random } from "../../platform/testing/random.ts";
import { type Candidate, candidates_max, type Signal } from "../../protocol/match/signal.ts";
import { type ModelDescription, PeerModel } from "../../test/sim/match/peer-model.ts";
import { type NegotiablePeer, Negotiation } from "./negotiation.ts";
import { TestRuntime } from "./testing.ts";

/** Everything that takes a while, and is done in whatever order a seed says. */
class Schedule {
  readonly #random: Random;
  #waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  later(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Runs until nothing waits any more. */
  async rest(step: () => void = () => {}): Promise<void> {
    for (let steps = 0; steps < 5_000; steps += 1) {
      step();
      await setImmediate();
      if (this.#waiting.length === 0) return;
      const [next] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
      next?.();
    }
    throw new Error("it never comes to rest");
  }
}

/** The model of a peer behind the browser's interface: operations take time, one after another. */
class SlowPeer implements NegotiablePeer {
  readonly model: PeerModel;
  readonly #schedule: Schedule;
  #operations: Promise<unknown> = Promise.resolve();
  #running = 0;
  #local: ModelDescription | null = null;

  constructor(name: string, schedule: Schedule) {
    this.model = new PeerModel(name);
    this.#schedule = schedule;
  }

  get signalingState() {
    return this.model.signalingState;
  }

  get localDescription() {
    return this.#local && { type: this.#local.type, sdp: JSON.stringify(this.#local) };
  }

  /** Whether a browser would fire `negotiationneeded` now. */
  get needsNegotiation(): boolean {
    return this.#running === 0 && this.model.needsNegotiation;
  }

  setLocalDescription(): Promise<void> {
    return this.#operate(() => {
      this.#local = this.model.setLocalDescription();
    });
  }

  setRemoteDescription({ type, sdp }: { readonly type: string; readonly sdp: string }) {
    return this.#operate(() => {
      if (type === "offer" && this.model.signalingState === "have-local-offer") this.#local = null;
      this.model.setRemoteDescription(JSON.parse(sdp));
    });
  }

  addIceCandidate(): Promise<void> {
    return this.#operate(() => {});
  }

  #operate(act: () => void): Promise<void> {
    this.#running += 1;
    const done = this.#operations.then(async () => {
      await this.#schedule.later();
      this.#running -= 1;
      act();
    });
    this.#operations = done.catch(() => {});
    return done;
  }
}

/** Two sides, each of which wants something negotiated several times, at any moment. */
async function converse(random: Random, changes: number) {
  const schedule = new Schedule(random);
  const faults: unknown[] = [];
  const sides = (["impolite", "polite"] as const).map((name) => {
    const peer = new SlowPeer(name, schedule);
    const lines: Promise<void>[] = [Promise.resolve()];
    const send = (signal: Signal) => {
      // In order, as the call's room relays, but each whenever it comes.
      const arrived = (lines.at(-1) ?? Promise.resolve()).then(() => schedule.later());
      lines.push(arrived);
      void arrived.then(() => other(name)?.negotiation.take(signal));
    };
    const negotiation = new Negotiation({
      peer,
      polite: name === "polite",
      send,
      runtime: new TestRuntime(),
      onTrouble: (error) => faults.push(error),
    });
    return { name, peer, negotiation, left: changes };
  });
  const other = (name: string) => sides.find((side) => side.name !== name);
  await schedule.rest(() => {
    for (const side of sides) {
      if (side.left > 0 && random.below(4) === 0) {
        side.left -= 1;
        side.peer.model.wanted += 1;
      }
      if (side.peer.needsNegotiation) void side.negotiation.needed();
    }
  });
  return { sides, faults };
}

describe("two sides that both begin at any time", () => {
  test("always come to agree, however their offers collide", async () => {
    let collisions = 0;
    await forAll(2_000, async (random) => {
      const { sides, faults } = await converse(random, 3);
      expect(faults).toEqual([]);
      for (const { peer } of sides) expect(peer.signalingState).toBe("stable");
      const [first, second] = sides.map(({ peer }) => peer.model.session);
      expect(first).toBeDefined();
      expect(first).toBe(second);
      collisions += sides.reduce((sum, { negotiation }) => sum + negotiation.collisions, 0);
    });
    expect(collisions).toBeGreaterThan(1_000);
  }, 60_000);
});

describe("candidates", () => {
  const candidate = (number: number): Candidate => ({ candidate: `candidate ${number}` });

  function alone(overrides: Partial<NegotiablePeer> = {}, polite = true) {
    const sent: Signal[] = [];
    const troubles: unknown[] = [];
    const runtime = new TestRuntime();
    const peer: NegotiablePeer = {
      signalingState: "stable",
      localDescription: { type: "offer", sdp: "offer" },
      setLocalDescription: async () => {},
      setRemoteDescription: async () => {},
      addIceCandidate: async () => {},
      ...overrides,
    };
    const onTrouble = (error: unknown) => troubles.push(error);
    const send = (signal: Signal) => sent.push(signal);
    const negotiation = new Negotiation({ peer, polite, send, runtime, onTrouble });
    return { negotiation, sent, troubles, runtime };
  }

  test("that come together go together", () => {
    const { negotiation, sent, runtime } = alone();
    for (const number of [1, 2, 3]) negotiation.found(candidate(number));
    expect(sent).toEqual([]);
    runtime.pass(1_000);
    expect(sent).toEqual([{ candidates: [1, 2, 3].map(candidate) }]);
  });

  test("never fill a message beyond what the room takes", () => {
    const { negotiation, sent } = alone();
    for (let number = 0; number < candidates_max + 1; number += 1)
      negotiation.found(candidate(number));
    negotiation.found(null);
    expect(sent.map((signal) => "candidates" in signal && signal.candidates.length)).toEqual([
      candidates_max,
      1,
    ]);
  });

  test("of what stood before go out before the next description", async () => {
    const { negotiation, sent } = alone();
    negotiation.found(candidate(1));
    await negotiation.needed();
    expect(sent).toEqual([
      { candidates: [candidate(1)] },
      { description: { type: "offer", sdp: "offer" } },
    ]);
  });

  test("of an offer that was ignored trouble nobody; others that fail are told", async () => {
    const refused = new Error("no such description");
    const addIceCandidate = async () => {
      throw refused;
    };
    const colliding = { addIceCandidate, signalingState: "have-local-offer" as const };
    const impolite = alone(colliding, false);
    await impolite.negotiation.take({ description: { type: "offer", sdp: "theirs" } });
    await impolite.negotiation.take({ candidates: [candidate(1)] });
    expect(impolite.troubles).toEqual([]);
    const ordinary = alone({ addIceCandidate }, false);
    await ordinary.negotiation.take({ candidates: [candidate(1)] });
    expect(ordinary.troubles).toEqual([refused]);
  });

  test("wait for the description that came before them", async () => {
    const order: string[] = [];
    const { negotiation } = alone({
      localDescription: { type: "answer", sdp: "answer" },
      setRemoteDescription: async () => {
        await setImmediate();
        order.push("description");
      },
      addIceCandidate: async () => void order.push("candidate"),
    });
    void negotiation.take({ description: { type: "offer", sdp: "theirs" } });
    await negotiation.take({ candidates: [candidate(1)] });
    expect(order).toEqual(["description", "candidate"]);
  });

  test("and all else are of no interest once it is closed", async () => {
    const { negotiation, sent, runtime } = alone();
    negotiation.found(candidate(1));
    negotiation.close();
    runtime.pass(1_000);
    await negotiation.needed();
    await negotiation.take({ description: { type: "offer", sdp: "theirs" } });
    negotiation.found(null);
    expect(sent).toEqual([]);
  });
});

test("an answer to an offer that was rolled back is dropped", async () => {
  const set: string[] = [];
  const peer: NegotiablePeer = {
    signalingState: "stable",
    localDescription: null,
    setLocalDescription: async () => {},
    setRemoteDescription: async ({ type }) => void set.push(type),
    addIceCandidate: async () => {},
  };
  const negotiation = new Negotiation({
    peer,
    polite: true,
    send: () => {},
    runtime: new TestRuntime(),
    onTrouble: (error) => expect(error).toBeUndefined(),
  });
  await negotiation.take({ description: { type: "answer", sdp: "late" } });
  expect(set).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { type Anchor, positionAt_ms } from "../../protocol/watch/anchor.ts";
import {
  deadZone_ms,
  initialSync,
  jumpAbove_ms,
  type PlayerView,
  type SyncAction,
  type SyncState,
  syncStep,
} from "./sync.ts";
import { seededRandom } from "./testing.ts";

const duration_ms = 600_000;
const anchor: Anchor = {
  itemId: "i1",
  position_ms: 10_000,
  anchorServer_ms: 1_000_000,
  rate: 1,
  playing: true,
  seq: 3,
};
const paused: Anchor = { ...anchor, playing: false };
const holding: SyncState = { ...initialSync, seq: anchor.seq, phase: { kind: "holding" } };

function view(change: Partial<PlayerView> = {}): PlayerView {
  return {
    position_ms: 10_000,
    duration_ms,
    paused: false,
    seeking: false,
    ready: true,
    rates: null,
    ...change,
  };
}
/** `elapsed_ms` after the anchor was set. */
function at(elapsed_ms: number) {
  return { server_ms: anchor.anchorServer_ms + elapsed_ms, local_ms: elapsed_ms };
}
function kinds(actions: readonly SyncAction[]): string[] {
  return actions.map((action) => action.type);
}

describe("a command", () => {
  it("to pause stops the player on exactly the anchor's position, even from nearby", () => {
    const { actions } = syncStep(initialSync, paused, view({ position_ms: 10_012 }), at(50));
    expect(actions).toEqual([
      { type: "pause" },
      { type: "rate", rate: 1 },
      { type: "seek", position_ms: 10_000 },
    ]);
  });

  it("to play sends the player to where the room will be when its seek is over", () => {
    const skill = { seek_ms: 250, seekSpread_ms: 10, start_ms: 0, starts: 1 };
    const far = view({ position_ms: 0, paused: true });
    const asked = syncStep({ ...initialSync, skill }, anchor, far, at(100));
    expect(asked.actions).toContainEqual({ type: "seek", position_ms: 10_400 });
    const there = view({ position_ms: 10_400, paused: true });
    const early = syncStep(asked.state, anchor, there, at(350));
    expect(kinds(early.actions)).not.toContain("play");
    expect(early.look_ms).toBe(50);
    expect(kinds(syncStep(early.state, anchor, there, at(400)).actions)).toContain("play");
  });

  it("to play from where the player stands only starts it", () => {
    const { actions } = syncStep(initialSync, anchor, view({ paused: true }), at(10));
    expect(kinds(actions)).toEqual(["rate", "play"]);
  });

  it("replaces one whose seek is still pending", () => {
    const first = syncStep(initialSync, anchor, view({ position_ms: 0 }), at(0));
    const next = { ...anchor, seq: 4, position_ms: 40_000 };
    const { actions } = syncStep(first.state, next, view({ seeking: true }), at(20));
    expect(kinds(actions)).toContain("seek");
  });

  it("that only changes the speed changes only the speed", () => {
    const faster = { ...anchor, seq: 4, rate: 1.5 };
    const { actions } = syncStep(holding, faster, view(), at(0));
    expect(actions).toEqual([{ type: "rate", rate: 1.5 }]);
  });
});

describe("a start in the future", () => {
  const soon: Anchor = { ...anchor, anchorServer_ms: anchor.anchorServer_ms + 500 };

  it("is waited for on the first frame, and made as early as this player is slow", () => {
    const known = { ...initialSync, skill: { ...initialSync.skill, start_ms: 30 } };
    const asked = syncStep(known, soon, view({ position_ms: 0, paused: true }), at(0));
    expect(kinds(asked.actions)).toEqual(["rate", "seek"]);
    const waiting = syncStep(asked.state, soon, view({ paused: true }), at(400));
    expect(waiting.actions).toEqual([]);
    expect(waiting.prepared).toBe(true);
    expect(waiting.look_ms).toBe(70);
    const started = syncStep(waiting.state, soon, view({ paused: true }), at(470));
    expect(kinds(started.actions)).toContain("play");
  });

  it("needs no seek of a player that stands on the frame", () => {
    const step = syncStep(initialSync, soon, view({ paused: true }), at(0));
    expect(kinds(step.actions)).toEqual(["rate"]);
  });

  it("stops a player that runs ahead of it", () => {
    const step = syncStep(initialSync, soon, view({ position_ms: 14_000 }), at(0));
    expect(kinds(step.actions)).toEqual(["rate", "pause", "seek"]);
    const again = syncStep(step.state, soon, view(), at(40));
    expect(kinds(again.actions)).toEqual(["pause"]);
  });

  it("that this player's seek cannot reach in time is met later", () => {
    const skill = { seek_ms: 4_000, seekSpread_ms: 85, start_ms: 0, starts: 1 };
    const far = view({ position_ms: 0, paused: true });
    const { actions } = syncStep({ ...initialSync, skill }, soon, far, at(0));
    expect(actions).toContainEqual({ type: "seek", position_ms: 13_700 });
  });
});

describe("while it plays in step", () => {
  it.each([0, 20, -39])("nothing is changed at a drift of %i ms", (drift_ms) => {
    const step = syncStep(holding, anchor, view({ position_ms: 15_000 + drift_ms }), at(5_000));
    expect(step.actions).toEqual([{ type: "rate", rate: 1 }]);
    expect(step.drift_ms).toBe(drift_ms);
  });

  it.each([
    [60, 0.95],
    [-60, 1.05],
    [41, 0.96],
    [900, 0.95],
    [-900, 1.05],
  ])("a drift of %i ms is taken out at speed %f", (drift_ms, rate) => {
    const step = syncStep(holding, anchor, view({ position_ms: 15_000 + drift_ms }), at(5_000));
    expect(step.actions).toEqual([{ type: "rate", rate: expect.closeTo(rate, 6) }]);
  });

  it("the room's own speed is corrected in proportion", () => {
    const slow = { ...anchor, rate: 0.5 };
    const step = syncStep(holding, slow, view({ position_ms: 12_400 }), at(5_000));
    expect(step.actions).toEqual([{ type: "rate", rate: expect.closeTo(0.525, 6) }]);
  });

  it("a correction goes on below the dead zone, until it is done", () => {
    const off = syncStep(holding, anchor, view({ position_ms: 14_940 }), at(5_000));
    const closer = syncStep(off.state, anchor, view({ position_ms: 15_980 }), at(6_000));
    expect(closer.actions).toEqual([{ type: "rate", rate: expect.closeTo(1.02, 6) }]);
    const there = syncStep(closer.state, anchor, view({ position_ms: 16_996 }), at(7_000));
    expect(there.actions).toEqual([{ type: "rate", rate: 1 }]);
  });

  it("a player with few speeds uses the nearest, and only for a drift that can be heard", () => {
    const rates = [0.5, 0.75, 1, 1.25, 1.5, 2];
    const small = syncStep(holding, anchor, view({ position_ms: 15_100, rates }), at(5_000));
    expect(small.actions).toEqual([{ type: "rate", rate: 1 }]);
    const large = syncStep(holding, anchor, view({ position_ms: 15_200, rates }), at(5_000));
    expect(large.actions).toEqual([{ type: "rate", rate: 0.75 }]);
    const behind = syncStep(holding, anchor, view({ position_ms: 14_800, rates }), at(5_000));
    expect(behind.actions).toEqual([{ type: "rate", rate: 1.25 }]);
  });

  it("a drift of more than a second is jumped over, and that is counted", () => {
    const lag = view({ position_ms: 15_000 - jumpAbove_ms - 1 });
    const step = syncStep(holding, anchor, lag, at(5_000));
    expect(kinds(step.actions)).toContain("seek");
    expect(step.corrected).toBe(true);
  });

  it.each([{ seeking: true }, { ready: false }])("nothing is corrected during %o", (pending) => {
    const step = syncStep(holding, anchor, view({ position_ms: 0, ...pending }), at(30_000));
    expect(step).toMatchObject({ state: holding, actions: [], drift_ms: null });
  });

  it("a player that something else paused goes to meet the room again", () => {
    const step = syncStep(holding, anchor, view({ paused: true, position_ms: 12_000 }), at(5_000));
    expect(step.state.phase.kind).toBe("waiting");
  });
});

describe("at rest", () => {
  const resting: SyncState = { ...initialSync, seq: anchor.seq };

  it("a player that stands on the frame is left alone, and says that it could start", () => {
    const step = syncStep(resting, paused, view({ paused: true }), at(60_000));
    expect(step).toMatchObject({ actions: [], prepared: true });
  });

  it("a player that something else moved is put back", () => {
    const step = syncStep(resting, paused, view({ paused: true, position_ms: 900 }), at(60_000));
    expect(step.actions).toEqual([{ type: "seek", position_ms: 10_000 }]);
  });

  it("a player that will not stand exactly there is not sent there at every look", () => {
    let state = resting;
    let seeks = 0;
    for (let now_ms = 60_000; now_ms < 62_000; now_ms += 40) {
      const step = syncStep(state, paused, view({ paused: true, position_ms: 9_990 }), at(now_ms));
      state = step.state;
      seeks += step.actions.length;
    }
    expect(seeks).toBeLessThanOrEqual(4);
  });

  it("the end of the video plays out without a jump", () => {
    const step = syncStep(holding, anchor, view({ position_ms: 599_800 }), at(590_001));
    expect(step.actions).toEqual([]);
  });

  it("a late join after the end shows the last frame", () => {
    const far = view({ position_ms: 0, paused: true });
    const asked = syncStep(initialSync, anchor, far, at(900_000));
    expect(asked.actions).toContainEqual({ type: "seek", position_ms: duration_ms });
    const there = view({ position_ms: duration_ms, paused: true });
    expect(syncStep(asked.state, anchor, there, at(900_100)).actions).toEqual([]);
  });
});

interface Faults {
  readonly seek_ms: () => number;
  readonly start_ms: () => number;
  readonly skew: number;
}

/** A player with the faults of real ones; its time is the simulation's. */
class ImperfectPlayer {
  position_ms = 0;
  paused = true;
  rate = 1;
  seeks = 0;
  stalled = false;
  #busyUntil_ms = 0;
  #seeking = false;
  readonly #faults: Faults;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  view(): PlayerView {
    const ready = !this.#seeking && !this.stalled;
    const { position_ms, paused: still } = this;
    return { position_ms, duration_ms, paused: still, seeking: this.#seeking, ready, rates: null };
  }

  apply(action: SyncAction, now_ms: number): void {
    if (action.type === "pause") this.paused = true;
    if (action.type === "rate") this.rate = action.rate;
    if (action.type === "play") {
      this.paused = false;
      this.#busyUntil_ms = Math.max(this.#busyUntil_ms, now_ms + this.#faults.start_ms());
    }
    if (action.type === "seek") {
      this.position_ms = action.position_ms;
      this.#seeking = true;
      this.seeks++;
      this.#busyUntil_ms = now_ms + this.#faults.seek_ms();
    }
  }

  advance(now_ms: number, by_ms: number): void {
    if (now_ms < this.#busyUntil_ms) return;
    this.#seeking = false;
    if (!this.paused && !this.stalled) this.position_ms += by_ms * this.rate * this.#faults.skew;
  }
}

function play(
  player: ImperfectPlayer,
  start: SyncState,
  said: Anchor,
  from: number,
  for_ms: number,
) {
  let state = start;
  let corrected = 0;
  let lookAt_ms = from;
  const tick_ms = 5;
  for (let now_ms = from; now_ms < from + for_ms; now_ms += tick_ms) {
    player.advance(now_ms, tick_ms);
    if (now_ms < lookAt_ms) continue;
    const time = { server_ms: said.anchorServer_ms + now_ms, local_ms: now_ms };
    const step = syncStep(state, said, player.view(), time);
    for (const action of step.actions) player.apply(action, now_ms);
    if (step.corrected) corrected++;
    state = step.state;
    lookAt_ms = now_ms + step.look_ms;
  }
  const goal_ms = positionAt_ms(said, said.anchorServer_ms + from + for_ms, duration_ms);
  return { state, corrected, drift_ms: player.position_ms - goal_ms };
}

function varied(random: () => number, base_ms: number, share = 0.1): () => number {
  return () => base_ms * (1 - share + random() * 2 * share);
}

describe("any player that is merely slow", () => {
  it.each([
    [0, 600, 12_000],
    [600, 5_000, 30_000],
  ])("whose seeks take %i to %i ms is in step after %i ms, for good", (least, most, settle) => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const player = new ImperfectPlayer({
        seek_ms: varied(random, least + random() * (most - least)),
        start_ms: varied(random, random() * 120, 0.2),
        skew: 1 + (random() - 0.5) * 0.002,
      });
      const landed = play(player, initialSync, anchor, 0, settle);
      expect(Math.abs(landed.drift_ms), `seed ${seed}: landing`).toBeLessThan(150);
      expect(landed.corrected, `seed ${seed}: jumps`).toBeLessThanOrEqual(2);
      const later = play(player, landed.state, anchor, settle, 60_000);
      expect(Math.abs(later.drift_ms), `seed ${seed}: later`).toBeLessThan(deadZone_ms + 10);
      expect(later.corrected, `seed ${seed}: more jumps`).toBe(0);
    }
  });

  it("meets a second command at the first try, having learned its latency", () => {
    const player = new ImperfectPlayer({ seek_ms: () => 700, start_ms: () => 60, skew: 1 });
    const first = play(player, initialSync, anchor, 0, 8_000);
    const again: Anchor = { ...anchor, seq: 4, position_ms: 30_000 };
    const second = play(player, first.state, again, 0, 2_500);
    expect(second.corrected).toBe(0);
    expect(Math.abs(second.drift_ms)).toBeLessThan(deadZone_ms);
  });
});

describe("a player that stalls again and again", () => {
  it("is not driven into a stutter: every further jump waits longer", () => {
    const player = new ImperfectPlayer({ seek_ms: () => 200, start_ms: () => 20, skew: 1 });
    let { state } = play(player, initialSync, anchor, 0, 5_000);
    let corrected = 0;
    let now_ms = 5_000;
    for (let stall = 0; stall < 60; stall++) {
      player.stalled = true;
      const held = play(player, state, anchor, now_ms, 2_000);
      player.stalled = false;
      const freed = play(player, held.state, anchor, now_ms + 2_000, 3_000);
      state = freed.state;
      corrected += held.corrected + freed.corrected;
      now_ms += 5_000;
    }
    // Five minutes of nothing but stalls.
    expect(corrected).toBeLessThanOrEqual(14);
  });
});

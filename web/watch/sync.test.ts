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

const duration_ms = 60_000;
const anchor: Anchor = {
  mediaId: "timecode",
  position_ms: 10_000,
  anchorServer_ms: 1_000_000,
  rate: 1,
  playing: true,
  seq: 3,
};
const paused: Anchor = { ...anchor, playing: false };
const holding: SyncState = { ...initialSync, seq: anchor.seq };

function view(change: Partial<PlayerView> = {}): PlayerView {
  const base = { position_ms: 10_000, duration_ms, paused: false, seeking: false, ready: true };
  return { ...base, ...change };
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

  it("to play aims ahead by the time this player needs to get there", () => {
    const learned = { ...initialSync, latency_ms: { seek: 250, start: 0 } };
    const { actions } = syncStep(learned, anchor, view({ position_ms: 0, paused: true }), at(100));
    expect(actions).toContainEqual({ type: "seek", position_ms: 10_350 });
    expect(kinds(actions)).toContain("play");
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
});

describe("a start in the future", () => {
  const soon: Anchor = { ...anchor, anchorServer_ms: anchor.anchorServer_ms + 500 };

  it("waits paused on the first frame, then starts as early as this player is slow", () => {
    const asked = syncStep(initialSync, soon, view({ position_ms: 0, paused: true }), at(0));
    expect(kinds(asked.actions)).toEqual(["rate", "seek"]);
    const waiting = syncStep(asked.state, soon, view({ paused: true }), at(400));
    expect(waiting.actions).toEqual([]);
    const started = syncStep(waiting.state, soon, view({ paused: true }), at(475));
    expect(kinds(started.actions)).toContain("play");
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

  it("a correction goes on below the dead zone, until it is done", () => {
    const off = syncStep(holding, anchor, view({ position_ms: 14_940 }), at(5_000));
    const closer = syncStep(off.state, anchor, view({ position_ms: 15_980 }), at(6_000));
    expect(closer.actions).toEqual([{ type: "rate", rate: expect.closeTo(1.02, 6) }]);
    const there = syncStep(closer.state, anchor, view({ position_ms: 16_996 }), at(7_000));
    expect(there.actions).toEqual([{ type: "rate", rate: 1 }]);
  });

  it("a drift of more than a second is jumped over", () => {
    const lag = view({ position_ms: 15_000 - jumpAbove_ms - 1 });
    expect(kinds(syncStep(holding, anchor, lag, at(5_000)).actions)).toContain("seek");
  });

  it.each([{ seeking: true }, { ready: false }])("nothing is corrected during %o", (pending) => {
    const step = syncStep(holding, anchor, view({ position_ms: 0, ...pending }), at(30_000));
    expect(step).toEqual({ state: holding, actions: [], drift_ms: null });
  });

  it("a player that something else paused is started again", () => {
    const step = syncStep(holding, anchor, view({ paused: true, position_ms: 12_000 }), at(5_000));
    expect(kinds(step.actions)).toContain("play");
  });
});

describe("at rest", () => {
  it("a player that stands on the frame is left alone", () => {
    const step = syncStep(holding, paused, view({ paused: true }), at(60_000));
    expect(step.actions).toEqual([]);
  });

  it("a player that something else moved is put back", () => {
    const step = syncStep(holding, paused, view({ paused: true, position_ms: 900 }), at(60_000));
    expect(step.actions).toEqual([{ type: "seek", position_ms: 10_000 }]);
  });

  it("the end of the video plays out without a jump", () => {
    const step = syncStep(holding, anchor, view({ position_ms: 59_800 }), at(50_001));
    expect(step.actions).toEqual([]);
  });

  it("a late join after the end shows the last frame", () => {
    const asked = syncStep(initialSync, anchor, view({ position_ms: 0, paused: true }), at(90_000));
    expect(asked.actions).toContainEqual({ type: "seek", position_ms: duration_ms });
    const there = view({ position_ms: duration_ms, paused: true });
    expect(syncStep(asked.state, anchor, there, at(90_100)).actions).toEqual([]);
  });
});

/** A player with the faults of real ones; its time is the simulation's. */
class ImperfectPlayer {
  position_ms = 0;
  paused = true;
  rate = 1;
  seeks = 0;
  private busyUntil_ms = 0;
  private seeking = false;
  private readonly faults: { seek_ms: () => number; start_ms: number; skew: number };

  constructor(faults: { seek_ms: () => number; start_ms: number; skew: number }) {
    this.faults = faults;
  }

  view(): PlayerView {
    const { position_ms, seeking } = this;
    return { position_ms, duration_ms, paused: this.paused, seeking, ready: !seeking };
  }

  apply(action: SyncAction, now_ms: number): void {
    if (action.type === "pause") this.paused = true;
    if (action.type === "rate") this.rate = action.rate;
    if (action.type === "play") {
      this.paused = false;
      this.busyUntil_ms = Math.max(this.busyUntil_ms, now_ms + this.faults.start_ms);
    }
    if (action.type === "seek") {
      this.position_ms = action.position_ms;
      this.seeking = true;
      this.seeks++;
      this.busyUntil_ms = now_ms + this.faults.seek_ms();
    }
  }

  advance(now_ms: number, by_ms: number): void {
    if (now_ms < this.busyUntil_ms) return;
    this.seeking = false;
    if (!this.paused) this.position_ms += by_ms * this.rate * this.faults.skew;
  }
}

function play(
  player: ImperfectPlayer,
  start: SyncState,
  said: Anchor,
  from_ms: number,
  for_ms: number,
) {
  let state = start;
  const tick_ms = 5;
  const look_ms = 50;
  for (let now_ms = from_ms; now_ms < from_ms + for_ms; now_ms += tick_ms) {
    player.advance(now_ms, tick_ms);
    if (now_ms % look_ms !== 0) continue;
    const time = { server_ms: said.anchorServer_ms + now_ms, local_ms: now_ms };
    const step = syncStep(state, said, player.view(), time);
    for (const action of step.actions) player.apply(action, now_ms);
    state = step.state;
  }
  const goal_ms = positionAt_ms(said, said.anchorServer_ms + from_ms + for_ms, duration_ms);
  return { state, drift_ms: player.position_ms - goal_ms };
}

describe("any player that is merely slow", () => {
  it("comes into step within five seconds, and stays without another jump", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const seek_ms = random() * 600;
      const player = new ImperfectPlayer({
        seek_ms: () => seek_ms * (0.9 + random() * 0.2),
        start_ms: random() * 120,
        skew: 1 + (random() - 0.5) * 0.002,
      });
      const landed = play(player, initialSync, anchor, 0, 5_000);
      expect(Math.abs(landed.drift_ms), `seed ${seed}: landing`).toBeLessThan(150);
      const seeks = player.seeks;
      expect(seeks, `seed ${seed}: jumps`).toBeLessThanOrEqual(3);
      const later = play(player, landed.state, anchor, 5_000, 20_000);
      expect(Math.abs(later.drift_ms), `seed ${seed}: later`).toBeLessThan(deadZone_ms + 10);
      expect(player.seeks, `seed ${seed}: more jumps`).toBe(seeks);
    }
  });

  it("lands a second command better than the first, having learned its latency", () => {
    const player = new ImperfectPlayer({ seek_ms: () => 700, start_ms: 0, skew: 1 });
    const first = play(player, initialSync, anchor, 0, 6_000);
    const seeks = player.seeks;
    const again: Anchor = { ...anchor, seq: 4, position_ms: 30_000 };
    const second = play(player, first.state, again, 0, 1_500);
    expect(player.seeks - seeks).toBe(1);
    expect(Math.abs(second.drift_ms)).toBeLessThan(deadZone_ms);
  });
});

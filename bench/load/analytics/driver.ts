import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../platform/testing/random.ts";
import { limits } from "../../../sdk/limits.ts";
import { Agenda } from "../arrivals.ts";
import type { Crowd, Driver, Recorder, Side } from "../driver.ts";
import { inLanes } from "../lanes.ts";
import { type Developer, developerOn } from "./developer.ts";
import { ledgerOf } from "./ledger.ts";
import { Player } from "./player.ts";
import { Studio } from "./studio.ts";
import { lacking } from "./taken.ts";

const look_ms = 60_000;
/** What happened last goes with the next flush; a request may be tried again once. */
const flushed_ms_max = 2 * limits.flush_ms + 10_000;

/** A game's players, each with the SDK itself; `event` fails for what was acknowledged and is not kept. */
export const analyticsDriver: Driver = {
  module: "analytics",
  behaviour:
    "Plays a session of twelve minutes on average in which something happens every 10 s (levels begun, won and lost, other events), with the SDK's own heartbeat every minute and flush after half a minute; one session in a hundred has a purchase, and a developer reads the reports every minute.",
  prepare,
};

async function prepare(side: Side, users: number, random: Random): Promise<Crowd> {
  let studio: Studio | undefined;
  const developer = await developerOn(side, (bytes) => studio?.attempts.recorder.received(bytes));
  const opened = new Studio(side, developer);
  studio = opened;
  const players = Array.from({ length: users }, () => new Player(opened, random));
  await inLanes(players, (player) => player.arrive());
  return {
    run: (duration_s, recorder) => run(opened, developer, players, { duration_s, recorder }),
    async leave() {
      opened.agenda.close();
      await Promise.all(players.map((player) => player.stop()));
    },
  };
}

async function run(
  studio: Studio,
  developer: Developer,
  players: readonly Player[],
  { duration_s, recorder }: { readonly duration_s: number; readonly recorder: Recorder },
): Promise<void> {
  const { attempts } = studio;
  attempts.recorder = recorder;
  studio.agenda = new Agenda();
  for (const player of players) player.begin();
  planLooks(studio, developer, Math.min(look_ms, duration_s * 1000) / 2);
  await pause(duration_s * 1000);
  studio.agenda.close();
  for (let left = await unanswered(players); left > 0; left -= 1)
    recorder.failed("event", "never answered");
  await attempts.settled(1_000);
  await audit(studio, recorder);
  attempts.hush();
}

/** Looks whether everything that was acknowledged is in the database, and once. */
async function audit({ side, gameId, taken }: Studio, recorder: Recorder): Promise<void> {
  const acknowledged = taken.rows;
  const found = await ledgerOf(side, gameId, acknowledged);
  for (let lost = lacking(acknowledged, found); lost > 0; lost -= 1)
    recorder.failed("event", "lost");
  for (let more = found.again; more > 0; more -= 1) recorder.failed("event", "kept twice");
}

/**
 * Waits until what players have done is answered. Their heartbeats go on, so one of them always has
 * something on its way: each is looked at until it has had nothing for once.
 * @returns how many never had
 */
async function unanswered(players: readonly Player[]): Promise<number> {
  const deadline_ms = performance.now() + flushed_ms_max;
  let left = players;
  for (;;) {
    left = left.filter(({ settled }) => !settled);
    if (left.length === 0 || performance.now() > deadline_ms) return left.length;
    await pause(100);
  }
}

/** The developer looks at all reports in the middle of each minute. */
function planLooks(studio: Studio, developer: Developer, first_ms: number): void {
  const look = (due_ms: number) => {
    const { overview } = developer;
    void studio.attempts.of("report", due_ms, developer.levels);
    if (overview !== undefined) void studio.attempts.of("overview", due_ms, overview);
  };
  studio.agenda.repeat(() => look_ms, look, first_ms);
}

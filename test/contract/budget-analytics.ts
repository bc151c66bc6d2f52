import { randomBytes } from "node:crypto";
import { gameSchema } from "../../protocol/analytics/game.ts";
import { createdGameKeySchema } from "../../protocol/analytics/key.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import type { BudgetSite, Visitor } from "./budget-site.ts";

/** What a player does, and what their SDK makes of it. */
export const analyticsRates = {
  players: 10,
  /** Sessions of five minutes. */
  session_min: 5,
  /** Half a minute passes from one writing of the buffer to the next. */
  writings: 10,
} as const;

export interface Players {
  readonly visitor: Visitor;
  readonly key: string;
}

/** A game, its key, and players who have played before; nothing of this is measured. */
export async function analyticsPlayers(site: BudgetSite): Promise<Players> {
  const visitor = site.visitor();
  await visitor.ask("POST", "/v1/auth/guest", { name: "Budget" });
  // Written down ten times as often as usual, because the time goes by as much faster.
  const asked = { name: "Budget", settings: { flushEvery_s: 3 } };
  const game = gameSchema.parse(await visitor.ask("POST", "/v1/analytics/games", asked));
  const keyed = await visitor.ask("POST", `/v1/analytics/games/${game.id}/keys`, {
    name: "budget",
    kind: "write",
  });
  const { key } = createdGameKeySchema.parse(keyed);
  const players = { visitor, key };
  await send(players, [{ ...eventOf("somebody"), kind: "event", name: "installed" }]);
  await site.holds("analytics_event", 1);
  return players;
}

/** Ten players play one session each. A writing waits for the one before, as half a minute would. @returns how many hours of people that were */
export async function analyticsSession(site: BudgetSite, players: Players): Promise<number> {
  const { players: many, writings, session_min } = analyticsRates;
  const sessions = Array.from({ length: many }, () => makeUuid7(Date.now(), randomBytes(10)));
  // Signs of life and purchases have tables of their own.
  let kept = 1;
  for (let writing = 0; writing < writings; writing += 1) {
    const batches = sessions.map((session, n) => batchOf(`player-${n}`, session, writing));
    // One purchase among ten players, in a batch of its own.
    if (writing === 1) batches.push([purchaseOf("player-0", sessions[0] ?? "")]);
    // One after another, as ten players seldom send within the same milliseconds: at once they would
    // share rows that they would not share in half a minute.
    for (const events of batches) await send(players, events);
    kept += batches.flat().filter(({ kind }) => kind !== "heartbeat" && kind !== "revenue").length;
    await site.holds("analytics_event", kept);
  }
  return (many * session_min) / 60;
}

type Event = Readonly<Record<string, unknown>>;

/** What happens within half a minute goes together, as the SDK has it; a sign of life each minute. */
function batchOf(player: string, session: string, writing: number): readonly Event[] {
  const of = (more: Event) => ({ ...eventOf(player), session, ...more });
  const level = { kind: "level", level: `level-${writing >> 2}`, attempt: 1 };
  if (writing === 0) return [of({ kind: "session_start" }), of({ ...level, status: "start" })];
  if (writing === analyticsRates.writings - 1) return [of({ kind: "session_end" })];
  if (writing % 2 === 0) return [of({ kind: "event", name: "shop_opened" })];
  return [
    of({ ...level, status: "complete", score: 10 }),
    of({ kind: "heartbeat" }),
    of({ ...level, status: "start" }),
  ];
}

function purchaseOf(player: string, session: string): Event {
  return {
    ...eventOf(player),
    session,
    kind: "revenue",
    store: "play",
    transactionId: "GPA.1",
    amount_minor: 499,
    currency: "USD",
  };
}

function eventOf(player: string) {
  return { uuid: makeUuid7(Date.now(), randomBytes(10)), player };
}

async function send({ visitor, key }: Players, events: readonly Event[]): Promise<void> {
  const answer = await visitor.ask(
    "POST",
    "/v1/analytics/batch",
    { sentAt_ms: Date.now(), events },
    { Authorization: `Bearer ${key}` },
  );
  const { results } = answer as { results: { status: string }[] };
  if (results.some(({ status }) => status !== "ok"))
    throw new Error(`a batch was not taken: ${JSON.stringify(answer)}`);
}

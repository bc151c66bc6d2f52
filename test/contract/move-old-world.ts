import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ClientBase } from "pg";
import type { Random } from "../../platform/testing/random.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";

const source = resolve(import.meta.dirname, "../../baseline/server/core/database.ts");
const day_ms = 86_400_000;

/** The tables of the old design, as its own code makes them. */
export async function makeOldTables(client: ClientBase): Promise<void> {
  const [, schema] = /const schema = `([^`]*)`/.exec(await readFile(source, "utf8")) ?? [];
  if (schema === undefined) throw new Error(`no tables are to be found in ${source}`);
  await client.query(schema);
}

/** People, calls, games and what was played, as the old service leaves them behind. */
export async function fillOldTables(client: ClientBase, random: Random): Promise<void> {
  const begin_ms = Date.now() - 20 * day_ms;
  const uuid = (at_ms: number) =>
    makeUuid7(
      at_ms,
      Uint8Array.from({ length: 10 }, () => random.below(256)),
    );
  const person = () => `person-${random.below(40)}-of-old`;
  for (let number = 0; number < 40; number += 1)
    await client.query(
      `insert into baseline_user (id, name, age_range, languages, interests, gender, bio, links)
       values ($1, $2, '25-34', '["en","de"]', $3, $4, $5, '["https://example.com/me"]')`,
      [
        ...[`person-${number}-of-old`, `Person ${number} é😀`],
        ...[JSON.stringify(number % 3 ? ["chess", "the sea"] : []), number % 2 ? "Woman" : null],
        `line one\n"line" two of ${number}`,
      ],
    );
  for (let number = 0; number < 30; number += 1)
    await client.query(
      "insert into baseline_session values ($1, $2, now() + make_interval(days => $3))",
      [`token-${number}-that-nobody-guesses`, person(), number % 5 ? 20 : -1],
    );
  for (let number = 0; number < 60; number += 1) {
    // Some are older than calls are kept.
    const start_ms = begin_ms + random.below(19 * day_ms) - (number < 5 ? 100 * day_ms : 0);
    const times = [new Date(start_ms), new Date(start_ms + random.below(3_600_000))];
    const users = [person(), number % 10 ? `person-${number % 40}-of-old` : "somebody-long-gone"];
    if (users[0] === users[1]) continue;
    await client.query("insert into baseline_call values ($1, $2, $3, $4, $5, 'hangup')", [
      ...[`call-${number}`, ...users, ...times],
    ]);
  }
  for (const game of ["oldgame000000001", "oldgame000000002"]) {
    await client.query("insert into baseline_game values ($1, $2, 'An old game')", [
      ...[game, `offw_${game}`],
    ]);
    for (let number = 0; number < 25; number += 1) await play(client, random, game, number);
  }

  async function play(from: ClientBase, chance: Random, game: string, number: number) {
    const start_ms = begin_ms + chance.below(19 * day_ms);
    const [session, player] = [uuid(start_ms), `player-${number % 9}`];
    const end_ms = start_ms + chance.below(3_600_000);
    await from.query("insert into baseline_play_session values ($1, $2, $3, $4, $5, $6, 'web')", [
      ...[session, game, player, new Date(start_ms), new Date(end_ms)],
      number % 4 ? new Date(end_ms) : null,
    ]);
    for (const status of ["start", "fail", "start", "complete"]) {
      const at_ms = start_ms + chance.below(3_600_000);
      await from.query(
        `insert into baseline_event (id, game_id, user_id, session_id, kind, level, status, attempt,
           duration_ms, props, at, app_version)
         values ($1, $2, $3, $4, 'level', $5, $6, 2, $7, '{"é": [1, null]}', $8, '1.2')`,
        [
          ...[uuid(at_ms), game, player, session, `level ${chance.below(4)}`, status],
          ...[status === "start" ? null : chance.below(90_000), new Date(at_ms)],
        ],
      );
    }
    await from.query(
      `insert into baseline_event (id, game_id, user_id, kind, name, at)
       values ($1, $2, $3, 'event', 'opened shop', $4)`,
      [uuid(start_ms), game, player, new Date(start_ms)],
    );
    if (number % 5 === 0)
      await from.query(
        `insert into baseline_revenue values
           ($1, $2, $3, $4, 'steam', $5, 'purchase', 'gems', $6, 'EUR', $7)`,
        [
          ...[uuid(end_ms), game, player, session, `${game}-${number}`],
          ...[1 + chance.below(9_999), new Date(end_ms)],
        ],
      );
  }
}

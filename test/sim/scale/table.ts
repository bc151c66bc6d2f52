import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Load } from "./load.ts";
import { sharesOf, spotsOf } from "./model.ts";
import { givesOf, keptBytes, wholeOf } from "./whole.ts";

const document = resolve(import.meta.dirname, "../../../docs/scale.md");
/** So many of what gives are worth a line. */
const gives_max = 6;

type Rows = readonly (readonly string[])[];

/** Two figures, or whole ones: `0.15`, `2.9`, `1,891`. */
export function figure(value: number): string {
  if (value === Math.round(value)) return value.toLocaleString("en");
  if (value < 0.095) return value.toPrecision(1);
  if (value < 10) return value.toPrecision(2);
  return Math.round(value).toLocaleString("en");
}
const percent = (share: number) => `${figure(share * 100)}%`;
const megabytes = (bytes: number) => figure(bytes / 1e6);

/** The rows of the document's first table: what the busiest object of each kind has to bear. */
export function spotRows(load: Load): Rows {
  return spotsOf(load).map((spot) => {
    const { name, objects, sockets, events_per_s, frames_per_s, writes_per_s, rows_per_s } = spot;
    const rates = [events_per_s, frames_per_s, writes_per_s, rows_per_s].map(figure);
    return [name, figure(objects), figure(sockets), ...rates, megabytes(spot.bytes_max)];
  });
}

/** The second: how much of each ceiling that is. */
export function shareRows(load: Load): Rows {
  return spotsOf(load).map((spot) => {
    const { sockets = 0, events = 0, frames = 0, writes = 0, memory = 0 } = sharesOf(spot);
    return [spot.name, ...[sockets, events, frames, writes, memory].map(percent)];
  });
}

/**
 * The third: what all parts together ask of what they share.
 * @param stored_bytesPerUserHour as `keptBytes` takes it
 */
export function wholeRows(load: Load, stored_bytesPerUserHour: number): Rows {
  const whole = wholeOf(load);
  return [
    ["requests to the Worker a second", figure(whole.requests_per_s)],
    ["Redis commands a second", figure(whole.redisCommands_per_s)],
    ["round trips to Postgres a second", figure(whole.postgresTrips_per_s)],
    ["analytics events a second into Postgres", figure(whole.postgresEvents_per_s)],
    ["connections busy with them", figure(whole.postgresBusy)],
    ["time for which the top game's lock is held", percent(whole.topGameLock)],
    [
      "TB kept in Postgres for players after 90 days of evenings",
      figure(keptBytes(load, stored_bytesPerUserHour) / 1e12),
    ],
  ];
}

/** The fourth: what gives first, and at how many users. */
export function givesRows(load: Load): Rows {
  return givesOf(load)
    .slice(0, gives_max)
    .map(({ what, by, users }) => [what, by, figure(Math.round(users / 1_000) * 1_000)]);
}

/** The rows of every table of the document, by the table's first heading. */
export async function documentTables(): Promise<ReadonlyMap<string, Rows>> {
  const tables = new Map<string, string[][]>();
  let rows: string[][] | undefined;
  for (const line of (await readFile(document, "utf8")).split("\n")) {
    if (!line.startsWith("|")) rows = undefined;
    else {
      const cells = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      if (rows === undefined) {
        rows = [];
        tables.set(cells[0] ?? "", rows);
      } else if (!/^:?-+:?$/.test(cells[0] ?? "")) rows.push(cells);
    }
  }
  return tables;
}

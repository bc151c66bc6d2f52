/** A row as Postgres writes it: texts, by column. */
type Row = Readonly<Record<string, string | null>>;

/** One statement as the driver sends it. */
export interface SentStatement {
  readonly query: string;
  readonly params: readonly (string | null)[];
}

/** What a statement did, or the SQLSTATE by which it failed. */
export type StatementResult =
  | { readonly command: string; readonly columns: readonly string[]; readonly rows: Row[] }
  | { readonly failure: string };

const table = /^(?:insert into|update|delete from|select .* from) "watch_room"/;
const types: Readonly<Record<string, number>> = {
  source: 3802,
  permissions: 3802,
  max_participants: 23,
  invite_generation: 23,
  gate: 16,
  public: 16,
  joined: 16,
  used_at: 1184,
  created_at: 1184,
};

/** The type of a column, by its number in Postgres. */
export function watchColumnType(column: string): number {
  return types[column] ?? 25;
}

/**
 * The table of watch rooms, in memory: as much of SQL as the queries by id take, and the public list
 * without its order. Everything else about that table is tried on real databases.
 */
export class FakeWatchRooms {
  readonly rows = new Map<string, Row>();
  readonly #moment: string;

  /** @param moment what `now()` is, as Postgres writes it */
  constructor(moment: string) {
    this.#moment = moment;
  }

  /** Undefined for a statement about something else. */
  answer({ query, params }: SentStatement): StatementResult | undefined {
    if (!table.test(query)) return undefined;
    if (query.startsWith("insert")) return this.#insert(query, params);
    if (query.startsWith("update")) return this.#update(query, params);
    if (query.startsWith("delete")) return this.#delete(params);
    const rows = query.includes('where "watch_room"."id" = ')
      ? [this.rows.get(params[0] ?? "")].filter((row) => row !== undefined)
      : [...this.rows.values()].filter((row) => row.public === "true");
    return { command: "SELECT", columns: namesIn(/^select (.*?) from /.exec(query)?.[1]), rows };
  }

  #insert(query: string, params: SentStatement["params"]): StatementResult {
    const [, names = "", values = ""] = /\((.*?)\) values \((.*?)\)/.exec(query) ?? [];
    const given = values.split(", ");
    const row: Record<string, string | null> = {};
    for (const [at, name] of namesIn(names).entries())
      row[name] = givenOf(given[at] ?? "default", params) ?? this.#defaultOf(name);
    const { id, title } = row;
    if (typeof id !== "string" || this.rows.has(id)) return { failure: "23505" };
    if (title?.includes("\u0000")) return { failure: "22021" };
    this.rows.set(id, row);
    return { command: "INSERT", columns: returned(query), rows: [row] };
  }

  #update(query: string, params: SentStatement["params"]): StatementResult {
    const [, sets = "", where = ""] = /set (.*?) where (.*)$/.exec(query) ?? [];
    const at = Number(/"id" = \$(\d+)/.exec(where)?.[1]);
    const kept = this.rows.get(params[at - 1] ?? "");
    if (kept === undefined) return { command: "UPDATE", columns: returned(query), rows: [] };
    const row: Record<string, string | null> = { ...kept };
    for (const [, name = "", value = ""] of sets.matchAll(/"(\w+)" = (\$\d+|now\(\)|"[^,]*)/g)) {
      if (value === "now()") row[name] = this.#moment;
      else if (value.startsWith("$")) row[name] = givenOf(value, params) ?? null;
      else row[name] = String(Number(kept[name]) + 1);
    }
    this.rows.set(String(row.id), row);
    return { command: "UPDATE", columns: returned(query), rows: [row] };
  }

  #delete(params: SentStatement["params"]): StatementResult {
    const row = this.rows.get(params[0] ?? "");
    this.rows.delete(params[0] ?? "");
    return { command: "DELETE", columns: ["id"], rows: row === undefined ? [] : [row] };
  }

  #defaultOf(column: string): string | null {
    if (column === "used_at" || column === "created_at") return this.#moment;
    if (column === "invite_generation") return "0";
    return watchColumnType(column) === 16 ? "false" : null;
  }
}

/** The columns in a list such as `"id", "watch_room"."title"`. */
function namesIn(list = ""): string[] {
  return [...list.matchAll(/"(\w+)"(?!\.)/g)].map((match) => match[1] ?? "");
}

function returned(query: string): string[] {
  return namesIn(/ returning (.*)$/.exec(query)?.[1]);
}

/** Undefined for `default`. */
function givenOf(text: string, params: SentStatement["params"]): string | null | undefined {
  const at = /^\$(\d+)$/.exec(text)?.[1];
  return at === undefined ? undefined : (params[Number(at) - 1] ?? null);
}

import type { MomentCursor } from "../../db/queries/match-sql.ts";
import { ProblemError } from "../problem.ts";

/** The place behind a row, as text for a URL. Callers take it as it is. */
function cursorBehind({ at_ms, id }: MomentCursor): string {
  return `${Math.round(at_ms)}.${id}`;
}

/**
 * The place a text names, or undefined for the beginning.
 * @throws ProblemError `bad_request` for what is no cursor
 */
export function cursorOf(text: string | undefined): MomentCursor | undefined {
  if (text === undefined) return undefined;
  const [, digits, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/.exec(text) ?? [];
  if (digits !== undefined && id !== undefined) return { at_ms: Number(digits), id };
  throw new ProblemError("bad_request", {
    issues: [{ path: "cursor", message: "is not a cursor of this list" }],
  });
}

/**
 * A page of what was read, one row more than asked for, which tells whether there is another page.
 */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  placeOf: (row: Row) => MomentCursor,
): { readonly rows: readonly Row[]; readonly cursor: string | null } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows, cursor: more ? cursorBehind(placeOf(last)) : null };
}

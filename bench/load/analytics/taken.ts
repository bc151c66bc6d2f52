/** Kinds that are a row each; the others tell of their session. */
const ownRow = new Set(["event", "level", "error"]);
const ofSession = new Set(["session_start", "heartbeat", "session_end"]);

/** How many rows a database has, or should have. */
export interface Rows {
  readonly events: number;
  readonly revenue: number;
  readonly sessions: number;
}

/**
 * What was acknowledged, as rows that must be in the database: an event is one, a purchase is one, and
 * whatever signs of life a session gives are one together.
 */
export class Taken {
  readonly #waiting = new Map<string, { readonly kind: string; readonly session?: string }>();
  readonly #sessions = new Set<string>();
  #events = 0;
  #revenue = 0;

  made(uuid: string, kind: string, session: string | undefined): void {
    this.#waiting.set(uuid, { kind, ...(session === undefined ? {} : { session }) });
  }

  /** Acknowledged; a second time changes nothing. */
  answered(uuid: string): void {
    const made = this.#waiting.get(uuid);
    if (made === undefined) return;
    this.#waiting.delete(uuid);
    if (ownRow.has(made.kind)) this.#events += 1;
    else if (made.kind === "revenue") this.#revenue += 1;
    else if (ofSession.has(made.kind) && made.session !== undefined)
      this.#sessions.add(made.session);
  }

  get rows(): Rows {
    return { events: this.#events, revenue: this.#revenue, sessions: this.#sessions.size };
  }
}

/** How many rows lack: acknowledged and not there. */
export function lacking(taken: Rows, found: Rows): number {
  return (["events", "revenue", "sessions"] as const).reduce(
    (sum, kind) => sum + Math.max(0, taken[kind] - found[kind]),
    0,
  );
}

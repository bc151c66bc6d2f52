/** What a buffer knows of a chunk, which is a row on its disk, without reading the events in it. */
export interface WaitingChunk {
  readonly id: number;
  readonly events: number;
  readonly bytes: number;
}

/** How much one statement takes, at most. */
export const sliceLimits = {
  events_max: 4_000,
  bytes_max: 4 * 1024 * 1024,
  chunks_max: 400,
} as const;

/** More than a chunk has; fewer once a chunk must be written in parts. */
const partEvents_max = 512;

/** Between two tries when the database does not answer: doubled each time, up to a minute. */
const retry_ms = { first: 1_000, max: 60_000 } as const;

/**
 * How writing goes.
 *
 *     steady ──data refused──▶ fewer at once, chunks and then events ──one event refused──▶ it is dead
 *       ▲            │                    │
 *       └── written ◀┴────────────────────┘   twice as many at once again
 *       │
 *       └── away ──▶ not before a moment, later each time ──▶ steady
 */
export interface FlushState {
  /** Chunks that the next statement takes, at most. */
  readonly chunks_max: number;
  /** Events that it takes of a chunk, at most. */
  readonly events_max: number;
  /** Tries in a row that found the database away. */
  readonly failures: number;
  readonly notBefore_ms: number;
}

export const steady: FlushState = {
  chunks_max: sliceLimits.chunks_max,
  events_max: partEvents_max,
  failures: 0,
  notBefore_ms: 0,
};

/** What one statement takes. */
export interface Slice {
  readonly chunks: readonly WaitingChunk[];
  /** All events of the chunks, or the first ones of a chunk that is alone. */
  readonly events: number;
}

/** The next to write, the oldest first: at least one event, if any waits. */
export function nextSlice(
  waiting: readonly WaitingChunk[],
  { chunks_max, events_max }: FlushState,
): Slice {
  let events = 0;
  let bytes = 0;
  const chunks: WaitingChunk[] = [];
  for (const chunk of waiting) {
    const full =
      chunks.length >= chunks_max ||
      events + chunk.events > sliceLimits.events_max ||
      bytes + chunk.bytes > sliceLimits.bytes_max;
    if (full && chunks.length > 0) break;
    events += chunk.events;
    bytes += chunk.bytes;
    chunks.push(chunk);
  }
  return { chunks, events: chunks.length === 1 ? Math.min(events, events_max) : events };
}

/** After a slice was written. */
export function afterWritten({ chunks_max, events_max }: FlushState): FlushState {
  // While a chunk is written in parts, the parts grow first.
  if (events_max < partEvents_max)
    return { ...steady, chunks_max, events_max: Math.min(partEvents_max, events_max * 2) };
  return { ...steady, chunks_max: Math.min(sliceLimits.chunks_max, chunks_max * 2) };
}

/** Why a slice was not written. */
export type FlushFailure =
  /** The database refuses something in it, and would again. */
  | "data"
  /** It took too long: fewer at once may do. */
  | "slow"
  /** Nothing is known of the database, or it is not ready. */
  | "away";

/**
 * After a slice was not written. To find one event among n that the database refuses takes some
 * 2 log2(n) statements, and no chunk takes more than two for each of its events.
 * @param random in [0, 1), so that buffers do not come back all at once
 * @returns the state, and whether the slice, which then is one event alone, is dead
 */
export function afterFailure(
  state: FlushState,
  failure: FlushFailure,
  slice: Slice,
  now_ms: number,
  random: number,
): { readonly state: FlushState; readonly dead: boolean } {
  // What the database refuses it refuses at once; there is no point in waiting.
  if (failure === "data")
    return slice.events <= 1 ? { state, dead: true } : { state: fewer(state, slice), dead: false };
  const failures = state.failures + 1;
  const wait_ms = Math.min(retry_ms.max, retry_ms.first * 2 ** Math.min(failures - 1, 10));
  const notBefore_ms = Math.ceil(now_ms + wait_ms * (0.5 + random / 2));
  const next = failure === "slow" ? fewer(state, slice) : state;
  return { state: { ...next, failures, notBefore_ms }, dead: false };
}

/** Half of a slice at once: of its chunks, or of the events of its only one. */
function fewer(state: FlushState, { chunks, events }: Slice): FlushState {
  if (chunks.length > 1) return { ...state, chunks_max: Math.floor(chunks.length / 2) };
  return { ...state, chunks_max: 1, events_max: Math.max(1, Math.floor(events / 2)) };
}

/** What the next alarm depends on. */
export interface AlarmFacts {
  readonly now_ms: number;
  readonly waiting_events: number;
  /** When the oldest batch that waits came; 0 if none waits. */
  readonly oldestAt_ms: number;
  readonly flushEvery_ms: number;
  readonly flushEvents: number;
  readonly notBefore_ms: number;
  /** When a session that is open was last seen; null if none is known of. */
  readonly openSeen_ms: number | null;
  readonly silence_ms: number;
  /** When players who were forgotten need not be kept in mind any more; null for none. */
  readonly releaseAt_ms: number | null;
}

/** When the buffer must wake by itself, or null: never. */
export function nextAlarm(facts: AlarmFacts): number | null {
  const { now_ms, waiting_events, oldestAt_ms, flushEvery_ms, flushEvents } = facts;
  const flushAt_ms =
    waiting_events === 0
      ? Number.POSITIVE_INFINITY
      : waiting_events >= flushEvents
        ? now_ms
        : oldestAt_ms + flushEvery_ms;
  // One flush interval more, so that a session that goes on is not looked at in vain.
  const closeAt_ms =
    facts.openSeen_ms === null
      ? Number.POSITIVE_INFINITY
      : facts.openSeen_ms + facts.silence_ms + flushEvery_ms;
  // As long as anything waits they are kept in mind, and writing it wakes the buffer.
  const releaseAt_ms =
    facts.releaseAt_ms === null || waiting_events > 0
      ? Number.POSITIVE_INFINITY
      : facts.releaseAt_ms;
  const at_ms = Math.max(
    Math.min(flushAt_ms, closeAt_ms, releaseAt_ms),
    facts.notBefore_ms,
    now_ms,
  );
  return Number.isFinite(at_ms) ? at_ms : null;
}

import type { Content } from "./entry.ts";
import type { Isolate, Read } from "./isolate.ts";

/** What is kept of a load, and for how long. */
export interface EntryLife {
  readonly content: Content;
  /** For a value from the beginning of its load, otherwise from now. */
  readonly fresh_ms: number;
  /** How long it may be shown after that. */
  readonly stale_ms: number;
  /** Whether it only tells those who wait that there is nothing to share. */
  readonly isMarker: boolean;
}

/** Tells those who wait for a value that there will be none to share, so that they load it at once. */
export function markerLife({ times }: Isolate): EntryLife {
  return { content: { type: "unkept" }, fresh_ms: times.marker_ms, stale_ms: 0, isMarker: true };
}

/** What is kept of a value that was loaded, as its cache has it; `undefined` is that there is none. */
export function lifeOf<T>(
  isolate: Isolate,
  { definition, expiresAt_ms, parse }: Read<T>,
  value: T | undefined,
  began_ms: number,
): EntryLife {
  const { ttl_s, stale_s, negative_ttl_s, value_bytes_max } = definition;
  // Up to a tenth less: entries made together do not end together.
  const jittered = (life_s: number) => Math.ceil(life_s * 1000 * (1 - isolate.random() / 10));
  const rest = { stale_ms: 0, isMarker: false };
  if (value === undefined)
    return negative_ttl_s === 0
      ? markerLife(isolate)
      : { ...rest, content: { type: "absent" }, fresh_ms: jittered(negative_ttl_s) };
  const left_ms =
    expiresAt_ms === undefined ? Infinity : Math.floor(expiresAt_ms(value) - began_ms);
  if (!(left_ms > 0)) return markerLife(isolate);
  const fresh_ms = Math.min(jittered(ttl_s), left_ms);
  if (!isKeepable(value, parse, value_bytes_max))
    return { ...rest, content: { type: "unkept" }, fresh_ms };
  const stale_ms = Math.min(stale_s * 1000, left_ms - fresh_ms);
  return { content: { type: "value", value }, fresh_ms, stale_ms, isMarker: false };
}

/** Whether a value is small enough, and comes out of JSON and its schema again. */
function isKeepable<T>(
  value: T,
  parse: (value: unknown) => T | undefined,
  bytes_max: number,
): boolean {
  try {
    const text = JSON.stringify(value);
    if (new TextEncoder().encode(text).length > bytes_max) return false;
    return parse(JSON.parse(text)) !== undefined;
  } catch {
    return false;
  }
}

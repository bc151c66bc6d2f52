import { z } from "zod";
import type { Skill } from "../sync.ts";
import type { PlaySource } from "./source.ts";

/**
 * What is believed of an earlier visit at most, in milliseconds: it may have been a bad moment, and a
 * player that is started far too early is as wrong as one that is started too late.
 */
const seek_ms_max = 2_000;
const start_ms_max = 300;

const skillSchema = z.object({
  seek_ms: z.number().min(0).transform(atMost(seek_ms_max)),
  seekSpread_ms: z.number().min(0).transform(atMost(seek_ms_max)),
  start_ms: z.number().min(0).transform(atMost(start_ms_max)),
});

/** Players of one kind take about as long for the same things. */
export type PlayerKind = "file" | "hls" | "youtube";

export function kindOf(source: PlaySource): PlayerKind {
  if (source.kind === "youtube") return "youtube";
  return source.format === "hls" ? "hls" : "file";
}

/**
 * What players of this kind were seen to need in this browser, so that the very first start after a
 * page has loaded is as early as it has to be. It counts for no start of its own: what the first one
 * really takes is believed at once.
 * @returns undefined when nothing is known
 */
export function keptSkill(kind: PlayerKind): Skill | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(kind)) ?? "null");
    const parsed = skillSchema.safeParse(stored);
    return parsed.success ? { ...parsed.data, starts: 0 } : undefined;
  } catch {
    return undefined;
  }
}

/** Storage can be full or forbidden; it is then learned anew. */
export function keepSkill(
  kind: PlayerKind,
  { seek_ms, seekSpread_ms, start_ms, starts }: Skill,
): void {
  // Nobody has seen it start yet: what is kept is better.
  if (starts === 0) return;
  try {
    localStorage.setItem(keyOf(kind), JSON.stringify({ seek_ms, seekSpread_ms, start_ms }));
  } catch {}
}

function keyOf(kind: PlayerKind): string {
  return `offrail:watch:skill:${kind}`;
}

function atMost(max: number): (value: number) => number {
  return (value) => Math.min(value, max);
}

import type { RedisCommand } from "./command.ts";
import { bitopOfSets, fieldExpireTime, scanWithType } from "./emulations.ts";
import { approximateTrim, clientInfo, copyOntoItself, echo, exactTrim } from "./rewrites.ts";
import { translateScripts } from "./scripts.ts";
import type { Translate, Translated } from "./translate.ts";

/** Things that Upstash understands and some engine does not. */
export type Gap =
  /** `#!lua flags=...` at the head of a script. */
  | "shebang"
  /** BITOP DIFF, DIFF1, ANDOR and ONE. */
  | "bitop-sets"
  | "echo"
  /** `=` after MAXLEN and MINID. */
  | "exact-trim"
  /** HEXPIRETIME and HPEXPIRETIME, where HPTTL is known. */
  | "field-expire-time";

export type Gaps = ReadonlySet<Gap>;

/** The gaps of a real Redis, by what it calls its version. */
export function gapsOfRedis(version: string): Gaps {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const gaps = new Set<Gap>();
  if (major < 7) gaps.add("shebang");
  if (major < 8 || (major === 8 && minor < 2)) gaps.add("bitop-sets");
  return gaps;
}

/** The gaps of js-redis-server 0.3. */
export const gapsOfEmbedded: Gaps = new Set<Gap>([
  "shebang",
  "bitop-sets",
  "echo",
  "exact-trim",
  "field-expire-time",
]);

/**
 * Makes the translation that commands need on their way to an engine, and replies on their way back.
 * What an engine does not have and cannot be said otherwise stays as it is: the engine says so.
 */
export function translateFor(gaps: Gaps): (command: RedisCommand) => Translated {
  const bridges: readonly [Gap, Translate][] = [
    ["echo", echo],
    ["exact-trim", exactTrim],
    ["bitop-sets", bitopOfSets],
    ["field-expire-time", fieldExpireTime],
  ];
  const translations: readonly Translate[] = [
    ...bridges.filter(([gap]) => gaps.has(gap)).map(([, translate]) => translate),
    // No plain Redis has these, of any version.
    approximateTrim,
    scanWithType,
    copyOntoItself,
    clientInfo,
    translateScripts(!gaps.has("shebang")),
  ];
  return (command) => {
    for (const translate of translations) {
      const translated = translate(command);
      if (translated !== undefined) return translated;
    }
    return { command };
  };
}

import type { RedisCommand } from "./command.ts";

/** Commands that clients sent, whatever became of them. A vendor bills scripts with what they call. */
export interface Tally {
  /** Those of pipelines and transactions each by itself, without scripts. */
  commands: number;
  /** Scripts of one key, and all others. */
  scriptsOfOneKey: number;
  scripts: number;
}

const scripts: ReadonlySet<string> = new Set(["EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL"]);

export const emptyTally = (): Tally => ({ commands: 0, scriptsOfOneKey: 0, scripts: 0 });

export function tally(into: Tally, commands: readonly RedisCommand[]): void {
  for (const { name, args } of commands) {
    const [, keys] = args;
    if (!scripts.has(name)) into.commands += 1;
    else if (String(keys) === "1") into.scriptsOfOneKey += 1;
    else into.scripts += 1;
  }
}

import type { RedisCommand } from "./command.ts";

/** Commands that clients sent, whatever became of them. */
export interface Tally {
  /** All of them, those of pipelines and transactions each by itself. */
  commands: number;
  /** Scripts among them, which a vendor bills with what they call. */
  scripts: number;
}

const scripts: ReadonlySet<string> = new Set(["EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL"]);

export function tally(into: Tally, commands: readonly RedisCommand[]): void {
  into.commands += commands.length;
  into.scripts += commands.filter(({ name }) => scripts.has(name)).length;
}

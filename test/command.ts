import { execFile } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";

const root = resolve(import.meta.dirname, "..");

/** What a command ended with, and said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both of these, one after the other. */
  readonly text: string;
}

/**
 * Runs a script of this repository by Node, in the repository's folder, to its end.
 * @param script its path there
 * @param env over this process's own
 */
export function runScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((done) => {
    const options = { cwd: root, env: { ...process.env, ...env } };
    execFile(process.execPath, [script, ...args], options, (error, out, err) =>
      done({ code: Number(error?.code ?? 0), out, err, text: out + err }),
    );
  });
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const packageSchema = z.object({ version: z.string() });

/** Versions of packages as they are installed. @throws Error for one that is not */
export async function packageVersions(
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const each = names.map(async (name) => {
    const path = join(import.meta.dirname, "..", "node_modules", name, "package.json");
    return [name, packageSchema.parse(JSON.parse(await readFile(path, "utf8"))).version] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

/** The commit that is checked out, with `+` behind it when files have been changed since; `unknown` without Git. */
export async function commitNow(): Promise<string> {
  const cwd = join(import.meta.dirname, "..");
  const git = async (...args: string[]) =>
    (await promisify(execFile)("git", args, { cwd })).stdout.trim();
  try {
    const commit = await git("rev-parse", "--short=12", "HEAD");
    // Results of runs before this one are no change to what is measured.
    const changed = await git(
      "status",
      "--porcelain",
      "--untracked-files=no",
      "--",
      ".",
      ":!bench/results",
    );
    return changed === "" ? commit : `${commit}+`;
  } catch {
    return "unknown";
  }
}

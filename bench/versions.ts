import { readFile } from "node:fs/promises";
import { join } from "node:path";
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

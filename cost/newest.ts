import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Measurement, measurementSchema } from "./measured.ts";

/**
 * The newest measurement in a folder of results (`bench/results`), or undefined when there is none.
 * @throws ZodError when the newest file is not a measurement
 */
export async function newestMeasurement(folder: string): Promise<Measurement | undefined> {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name))
    .sort();
  const newest = names.at(-1);
  if (newest === undefined) return undefined;
  return measurementSchema.parse(JSON.parse(await readFile(join(folder, newest), "utf8")));
}

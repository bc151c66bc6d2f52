import { readdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** `npm run -s bench -- NAME`: runs `bench/benches/NAME.ts`; its last line is one JSON object. */

/** What a bench hands back: numbers by name, a unit last in each name. */
export type BenchResult = Readonly<Record<string, number | string>>;
/** A bench reports progress by itself, on standard error. */
export type Bench = (args: readonly string[]) => Promise<BenchResult>;

const folder = join(import.meta.dirname, "benches");
const [name, ...args] = process.argv.slice(2);
const names = (await readdir(folder)).map((file) => file.replace(/\.ts$/, ""));
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run -s bench -- NAME, where NAME is one of: ${names.join(", ")}`);
  process.exit(1);
}
const { bench } = (await import(join(folder, `${name}.ts`))) as { bench: Bench };
const result = await bench(args);
console.log(JSON.stringify({ bench: name, ...result }));
process.exit(0);

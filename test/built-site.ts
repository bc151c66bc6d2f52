import { resolve } from "node:path";
import { buildSite } from "../local/worker/site.ts";

/** Before a suite that starts whole stacks: two of them at once would build the site into each other. */
export async function setup(): Promise<void> {
  await buildSite(resolve(import.meta.dirname, ".."));
}

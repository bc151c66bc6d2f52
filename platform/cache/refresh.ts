import { claim } from "./claim.ts";
import type { Missing } from "./entry.ts";
import type { Isolate, Read } from "./isolate.ts";
import { loadAndKeep } from "./load.ts";
import { lead, shareKey } from "./once.ts";

/**
 * Loads a value anew that is still shown, if nobody else does. Never throws: whoever reads after the
 * stale time will load it, and see what is wrong. The lease of a load that threw is left to run out,
 * so that a source in trouble is asked once in that time.
 */
export async function refresh<T>(isolate: Isolate, read: Read<T>, missing: Missing): Promise<void> {
  const { refreshes } = isolate;
  const { entry, tags } = read.address;
  if (missing.lease === "held" || refreshes.find(entry) !== undefined) return;
  const work = claimAndLoad(isolate, read, missing);
  refreshes.add(entry, tags, work);
  await work;
}

async function claimAndLoad<T>(isolate: Isolate, read: Read<T>, missing: Missing): Promise<void> {
  const claimed = await claim(isolate, read, missing, { left_ms: isolate.times.background_ms });
  if (claimed.type === "fault" || claimed.lease !== "ours") return;
  const keeping = { versions: claimed.versions, release: true, markFailure: false };
  try {
    const begun = await lead(isolate, read, shareKey(read, claimed.versions), async () => ({
      filling: loadAndKeep(isolate, read, keeping, "miss"),
    }));
    await begun.filling;
  } catch {
    // Told above.
  }
}

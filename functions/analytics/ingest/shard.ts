import type { Batch } from "../../../protocol/analytics/batch.ts";
import type { GameConfig } from "../../../protocol/analytics/buffer.ts";

/** Which buffer a batch goes to, whole: by the player of its first event. */
export function shardOf(
  batch: Batch,
  env: string,
  config: Pick<GameConfig, "settings"> | undefined,
): number {
  const shards = env === "live" ? (config?.settings.shards ?? 1) : 1;
  if (shards === 1) return 0;
  const [first] = batch.events;
  const player: unknown =
    typeof first === "object" && first !== null ? Reflect.get(first, "player") : "";
  return fnv1a(String(player)) % shards;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): spreads well, and needs no more. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

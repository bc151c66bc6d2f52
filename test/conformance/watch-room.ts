import { describe } from "vitest";
import type { RoomTarget } from "./target.ts";
import { commandRules } from "./watch/commands.ts";
import { entryRules } from "./watch/entry.ts";
import { frameRules } from "./watch/frames.ts";
import { presenceRules } from "./watch/presence.ts";
import { requestRules } from "./watch/requests.ts";
import { togetherRules } from "./watch/together.ts";
import { watchCoreConformance } from "./watch-core.ts";

/**
 * What any host of watch rooms must do, asked of it from outside, by URL. The machine's own rules are
 * proven beside it; this proves that a host carries them and adds what is a host's to add.
 */
export function watchRoomConformance(target: RoomTarget): void {
  watchCoreConformance(target);
  describe(`watch rooms on ${target.name}`, () => {
    entryRules(target);
    presenceRules(target);
    commandRules(target);
    frameRules(target);
    requestRules(target);
    togetherRules(target);
  });
}

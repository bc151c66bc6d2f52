import { describe } from "vitest";
import type { CoreTarget } from "./target.ts";
import { corePeopleRules } from "./watch/core-people.ts";
import { corePlaybackRules } from "./watch/core-playback.ts";

/**
 * What both designs have, ours and the one on an always-on server: rooms, people, playback, chat.
 * Whatever carries the messages, what they say is the same.
 */
export function watchCoreConformance(target: CoreTarget): void {
  describe(`the core of watch rooms on ${target.name}`, () => {
    corePeopleRules(target);
    corePlaybackRules(target);
  });
}

import { describe } from "vitest";
import { coreCallRules } from "./match/core-calls.ts";
import { coreLobbyRules } from "./match/core-lobbies.ts";
import { corePairingRules } from "./match/core-pairing.ts";
import type { MatchCoreTarget } from "./match/core-visit.ts";

/**
 * What both designs have of random calls, ours and the one on an always-on server: a lobby in which
 * people are seen and wait, pairing, and calls. Whatever carries the messages, what they say is the
 * same.
 */
export function matchCoreConformance(target: MatchCoreTarget): void {
  describe(`the core of match rooms on ${target.name}`, () => {
    coreLobbyRules(target);
    corePairingRules(target);
    coreCallRules(target);
  });
}

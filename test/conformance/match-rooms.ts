import { describe } from "vitest";
import { callRules } from "./match/calls.ts";
import { lobbyRules } from "./match/lobbies.ts";
import { type MatchTarget, MatchVisit } from "./match/visit.ts";
import { matchCoreConformance } from "./match-core.ts";

/** What any host of lobbies and calls must do, asked of it from outside, by URL. */
export function matchRoomConformance(target: MatchTarget): void {
  matchCoreConformance({ name: target.name, visit: () => new MatchVisit(target) });
  describe(`match rooms on ${target.name}`, () => {
    lobbyRules(target);
    callRules(target);
  });
}

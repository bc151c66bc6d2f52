import { describe } from "vitest";
import { callRules } from "./match/calls.ts";
import { lobbyRules } from "./match/lobbies.ts";
import type { MatchTarget } from "./match/visit.ts";

/** What any host of lobbies and calls must do, asked of it from outside, by URL. */
export function matchRoomConformance(target: MatchTarget): void {
  describe(`match rooms on ${target.name}`, () => {
    lobbyRules(target);
    callRules(target);
  });
}

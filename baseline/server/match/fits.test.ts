import { describe, expect, test } from "vitest";
import type { Card } from "../../../protocol/match/profile-card.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { mayMeet, nextLook_ms, type Waiting } from "./fits.ts";

const card = (id: string, more: Partial<Card> = {}): Card => ({
  id,
  name: id,
  ageRange: "25-34",
  languages: ["en"],
  interests: [],
  gender: null,
  region: "eu",
  picturePath: null,
  ...more,
});

const waiting = (id: string, wishes: Wishes = {}, more: Partial<Waiting> = {}): Waiting => ({
  ticketId: `ticket-${id}`,
  lobby: "eu-0",
  card: card(id),
  wishes,
  since_ms: 0,
  recent: [],
  ...more,
});

describe("two who wait", () => {
  const bob = waiting("bob");

  test.each<[string, Waiting, boolean]>([
    ["who ask for nothing", waiting("ann"), true],
    ["in different lobbies", waiting("ann", {}, { lobby: "na-0" }), false],
    ["who have just met", waiting("ann", {}, { recent: ["bob"] }), false],
    ["who share a language", waiting("ann", { languages: ["de", "en"] }), true],
    ["who share none", waiting("ann", { languages: ["de"] }), false],
    ["who share no interest", waiting("ann", { interests: "shared" }), false],
    [
      "of an age that was asked for",
      waiting("ann", { ages: { from: "18-24", to: "25-34" } }),
      true,
    ],
    ["of another age", waiting("ann", { ages: { from: "45-54", to: "55+" } }), false],
    ["of whom one does not say", waiting("ann", { genders: ["woman"] }), false],
  ])("%s may meet or not", (_name, ann, expected) => {
    expect(mayMeet(ann, bob, 1_000)).toBe(expected);
    expect(mayMeet(bob, ann, 1_000)).toBe(expected);
  });

  test("nobody meets themselves", () => {
    expect(mayMeet(bob, bob, 0)).toBe(false);
  });

  test("a wish gives way when the schedule says, unless it is firm", () => {
    const soft = waiting("ann", { interests: "shared" });
    const firm = waiting("ann", { interests: "shared", firm: ["interests"] });
    const due_ms = nextLook_ms(soft, 0) ?? 0;
    expect(due_ms).toBeGreaterThan(0);
    expect(mayMeet(soft, bob, due_ms - 1)).toBe(false);
    expect(mayMeet(soft, bob, due_ms)).toBe(true);
    expect(nextLook_ms(firm, 0)).toBeNull();
    expect(mayMeet(firm, bob, due_ms)).toBe(false);
  });
});

import { beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../../platform/testing/random.ts";
import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import type { LobbyState as Report } from "../../../protocol/match/requests.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import { closeCodes } from "../../../protocol/room.ts";
import { LobbyWorld, type Person, plain } from "../../../test/sim/match/lobby-world.ts";
import { lobbyMachine } from "./machine.ts";
import type { LobbyEffect } from "./types.ts";

let world: LobbyWorld;
let heard: Map<string, LobbyDown[]>;
let effects: LobbyEffect[];

beforeEach(() => {
  heard = new Map();
  effects = [];
  world = new LobbyWorld(seededRandom(5), {
    sent: (id, message) => heard.set(id, [...(heard.get(id) ?? []), message]),
    stepped: (stepped) => effects.push(...stepped),
  });
});

const enter = (person: Person | string) =>
  world.join(world.claims(typeof person === "string" ? plain(person) : person));
/** Enters and waits. */
function wait(person: Person | string, wishes: Wishes = {}): string {
  const socket = enter(person);
  world.say(socket, { type: "enqueue", wishes });
  return socket;
}
function last<Type extends LobbyDown["type"]>(socket: string, type: Type) {
  const found = heard.get(socket)?.findLast((message) => message.type === type);
  return found as Extract<LobbyDown, { type: Type }> | undefined;
}
const typesTo = (socket: string) => (heard.get(socket) ?? []).map(({ type }) => type);
const callOf = (socket: string) => last(socket, "matched")?.callId ?? "";
/** Both say that they are in the call they were told of. */
function seatBoth(...sockets: string[]): void {
  world.workAll();
  for (const socket of sockets) world.say(socket, { type: "seated", callId: callOf(socket) });
}
const ping = () => {
  for (const socket of world.seen_ms.keys()) world.seen_ms.set(socket, world.now_ms);
};
const report = () => world.ask({ type: "state" }) as Report;
const storedKeys = () => [...world.stored.keys()].sort();

describe("entering", () => {
  test("L-JOIN-1: a welcome says all that a page needs", () => {
    wait("ann", { region: "same", firm: ["region"] });
    const bob = enter(plain("bob", { region: "na" }));
    expect(heard.get(bob)).toEqual([
      {
        type: "welcome",
        memberId: "bob",
        status: "online",
        counts: { online: 1, waiting: 1, in_call: 0, away: 0 },
        ticket: null,
        server_ms: world.now_ms,
      },
    ]);
  });

  test("L-JOIN-2: a token that does not fit is refused", () => {
    const good = world.claims(plain("ann"));
    for (const claims of [
      { ...good, data: {} },
      { ...good, data: { ...good.data, adult: false } },
      { ...good, resumed: true as const },
    ]) {
      const socket = world.join(claims);
      expect(heard.get(socket)).toMatchObject([{ type: "error", code: "token_invalid" }]);
      expect(world.closed.get(socket)).toBe(closeCodes.tokenInvalid);
    }
    expect(world.state.sockets.size).toBe(0);
  });

  test("L-CAPACITY-1: one more than there is room for is told when to come back", () => {
    world.capacity = 2;
    const [ann] = [enter("ann"), enter("bob")];
    const late = enter("late");
    const [error] = heard.get(late) ?? [];
    expect(error).toMatchObject({ type: "error", code: "room_full" });
    const { retryAfter_ms = 0 } = error?.type === "error" ? error : {};
    expect(retryAfter_ms).toBeGreaterThanOrEqual(5_000);
    expect(retryAfter_ms).toBeLessThanOrEqual(10_000);
    expect(world.closed.get(late)).toBe(closeCodes.roomFull);
    world.leave(ann, 1001);
    expect(typesTo(enter("late"))).toEqual(["welcome"]);
  });

  test("L-MEMBER-1: two connections a member", () => {
    expect(lobbyMachine.limits.connections_per_member_max).toBe(2);
    const sockets = [enter("ann"), enter("ann"), enter("ann")];
    expect(world.closed.get(sockets[0] ?? "")).toBe(closeCodes.replaced);
    expect(report()).toMatchObject({ users: 1, connections: 2 });
  });

  test("L-SILENT-1: a place whose owner vanished without a close is free within 45 s", () => {
    world.capacity = 2;
    const [gone, here] = [enter("gone"), enter("here")];
    world.pass(39_000);
    world.seen_ms.set(here, world.now_ms);
    expect(typesTo(enter("early"))).toEqual(["error"]);
    world.pass(2_000);
    expect(typesTo(enter("next"))).toEqual(["welcome"]);
    expect(world.closed.get(gone)).toBe(closeCodes.silent);
    expect(world.closed.get(here)).toBeUndefined();
    expect(world.rings).toBe(0);
    world.pass(45_000);
    expect(report()).toMatchObject({ users: 0, connections: 0 });
  });

  test("L-SILENT-2: a partner who has vanished is passed over", () => {
    wait("gone", { languages: ["en"], firm: ["languages"] });
    const here = wait(plain("here", { languages: ["de"] }));
    world.pass(41_000);
    world.seen_ms.set(here, world.now_ms);
    const ann = wait(plain("ann", { languages: ["en", "de"] }));
    world.workAll();
    expect(last(ann, "matched")?.partner.id).toBe("here");
  });
});

describe("presence", () => {
  test("L-STATUS-1: waiting goes before what one says, and a match makes both in_call", () => {
    const ann = enter("ann");
    const statusOf = () => world.ask({ type: "presence", members: ["ann"] });
    world.say(ann, { type: "status", status: "away" });
    expect(statusOf()).toEqual({ statuses: { ann: "away" } });
    world.say(ann, { type: "enqueue", wishes: {} });
    expect(statusOf()).toEqual({ statuses: { ann: "waiting" } });
    const bob = wait("bob");
    seatBoth(ann, bob);
    expect(report().statuses).toEqual({ online: 0, waiting: 0, in_call: 2, away: 0 });
    world.sleep();
    expect(report().statuses).toMatchObject({ in_call: 2 });
    world.say(ann, { type: "status", status: "online" });
    expect(statusOf()).toEqual({ statuses: { ann: "online" } });
  });

  test("L-STATUS-2: one's other window hears of it in few bytes, strangers do not", () => {
    const id = "a".repeat(64);
    const [one, other, stranger] = [enter(id), enter(id), enter("bob")];
    world.say(one, { type: "status", status: "in_call" });
    const message = last(other, "presence");
    expect(message).toEqual({ type: "presence", memberId: id, status: "in_call" });
    expect(JSON.stringify(message).length).toBeLessThan(200);
    expect(typesTo(one)).toEqual(["welcome"]);
    expect(typesTo(stranger)).toEqual(["welcome"]);
  });

  test("L-COUNTS-1: those who wait hear the numbers, once a second at most, by no alarm", () => {
    const ann = wait("ann", { genders: ["nobody"], firm: ["genders"] });
    const numbers = () => typesTo(ann).filter((type) => type === "counts").length;
    const before = numbers();
    for (let time = 0; time < 20; time += 1) {
      world.pass(100);
      enter(`member-${time}`);
    }
    expect(numbers() - before).toBeLessThanOrEqual(3);
    expect(last(ann, "counts")?.counts.waiting).toBe(1);
    expect(world.rings).toBe(0);
  });

  test("L-COUNTS-2: how long it usually took is told once it can be, in a look", () => {
    const look = () => {
      const ann = enter("ann");
      world.say(ann, { type: "look" });
      return last(ann, "queue")?.usualWait_ms;
    };
    for (let pair = 0; pair < 10; pair += 1) {
      expect(look()).toBeUndefined();
      const both = [wait(`first-${pair}`), wait(`second-${pair}`)] as const;
      world.workAll();
      world.pass(pair < 6 ? 400 : 2_000);
      const callId = callOf(both[0]);
      for (const socket of both) world.say(socket, { type: "seated", callId });
    }
    // Of these twenty waits.
    expect(look()).toBe(500);
    world.sleep();
    expect(look()).toBe(500);
  });

  test("L-LOOK-1: a look shows the ten who have waited longest, of those one may meet", () => {
    const wishes: Wishes = { genders: ["nobody"], firm: ["genders"] };
    for (let number = 0; number < 15; number += 1) {
      world.pass(10);
      const facts = { interests: ["music", "chess", "film"], picturePath: `/p/${"x".repeat(40)}` };
      wait(plain(`member-${number}`.padEnd(32, "-"), facts), wishes);
    }
    const shy = { ...plain("ann"), blocks: ["member-3".padEnd(32, "-")] };
    const ann = enter(shy);
    world.say(ann, { type: "look" });
    const queue = last(ann, "queue");
    const seen = queue?.people.map(({ id }) => id.replaceAll("-", ""));
    expect(seen).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 10].map((number) => `member${number}`));
    expect(queue).toMatchObject({ oldestWait_ms: 140, counts: { waiting: 15 } });
    expect(JSON.stringify(queue).length).toBeLessThan(6_000);
  });
});

describe("tickets", () => {
  test("L-TICKET-1: asking again changes the wishes and keeps the place", () => {
    const ann = wait("ann", { genders: ["woman"] });
    const first = last(ann, "waiting")?.ticket;
    world.pass(3_000);
    world.say(ann, { type: "enqueue", wishes: { genders: ["man"] } });
    expect(last(ann, "waiting")?.ticket).toEqual({ ...first, wishes: { genders: ["man"] } });
  });

  test("L-TICKET-2: a wait ends after five minutes", () => {
    const ann = wait("ann");
    world.pass(299_999);
    ping();
    expect(last(ann, "ended")).toBeUndefined();
    world.pass(250);
    expect(last(ann, "ended")).toMatchObject({ end: "timed_out", reason: "waited_too_long" });
    expect(report().tickets).toEqual({ matched: 0, cancelled: 0, timed_out: 1 });
  });

  test("L-TICKET-3: a broken line keeps the place for ten seconds, unseen", () => {
    const ann = wait("ann");
    const ticket = last(ann, "waiting")?.ticket;
    world.leave(ann, 1006);
    const bob = wait("bob");
    world.workAll();
    expect(last(bob, "matched")).toBeUndefined();
    world.pass(9_000);
    world.sleep();
    const again = enter("ann");
    world.workAll();
    expect(last(again, "welcome")).toMatchObject({ ticket, status: "waiting" });
    expect(last(bob, "matched")?.partner.id).toBe("ann");
  });

  test("L-TICKET-3: who stays away, or leaves on purpose, gives it up", () => {
    const wishes: Wishes = { genders: ["nobody"], firm: ["genders"] };
    world.leave(wait("ann", wishes), 1006);
    world.pass(10_250);
    world.leave(wait("bob", wishes), 1000);
    world.say(wait("cho", wishes), { type: "bye" });
    expect(report().tickets).toMatchObject({ cancelled: 3 });
    expect(report().queueDepth).toBe(0);
  });

  test("L-END-1: cancelling ends a ticket at any stage, once", () => {
    const ann = wait("ann");
    world.say(ann, { type: "cancel" });
    expect(last(ann, "ended")).toMatchObject({ end: "cancelled", reason: "asked" });
    world.say(ann, { type: "cancel" });
    expect(typesTo(ann).filter((type) => type === "ended")).toHaveLength(1);
    const [bob, cho] = [wait("bob"), wait("cho")];
    world.workAll();
    world.say(bob, { type: "cancel" });
    expect(last(bob, "ended")).toMatchObject({ end: "cancelled" });
    expect(last(cho, "requeued")).toMatchObject({ reason: "partner_gone" });
  });
});

describe("pairing", () => {
  test("L-PAIR-1, L-PAIR-2: whoever has waited longest is taken, at once", () => {
    const wishes: Wishes = { genders: ["woman"], firm: ["genders"] };
    const [first] = [wait("first", wishes), world.pass(10), wait("second", wishes)];
    const ann = wait(plain("ann", { gender: "woman" }));
    world.workAll();
    expect(last(ann, "matched")).toMatchObject({ partner: { id: "first" }, role: "polite" });
    expect(last(first, "matched")).toMatchObject({ partner: { id: "ann" }, role: "impolite" });
    expect(world.rings).toBe(0);
  });

  test.each<[string, Wishes, Partial<Person["facts"]>, Partial<Person["facts"]>]>([
    ["a language", { languages: ["de"] }, { languages: ["de", "en"] }, { languages: ["en"] }],
    ["interests", { interests: "shared" }, { interests: ["sea"] }, { interests: ["film"] }],
    ["the region", { region: "same" }, { region: "eu" }, { region: "na" }],
    [
      "an age",
      { ages: { from: "18-24", to: "25-34" } },
      { ageRange: "18-24" },
      { ageRange: "55+" },
    ],
    ["a gender", { genders: ["woman", "other"] }, { gender: "woman" }, { gender: null }],
  ])("L-WISH-1: a wish for %s holds both ways", (_what, wishes, fits, doesNot) => {
    const asker = { interests: ["sea"], languages: ["de", "en"] };
    for (const askerFirst of [true, false]) {
      const meet = (facts: Partial<Person["facts"]>) => {
        const run = `${askerFirst}-${JSON.stringify(facts)}`.replaceAll(/\W/g, "");
        const asks = () => wait(plain(`asker-${run}`, asker), wishes);
        const other = () => wait(plain(`other-${run}`, facts));
        const sockets = askerFirst ? [asks(), other()] : [other(), asks()];
        world.workAll();
        const met = sockets.every((socket) => last(socket, "matched") !== undefined);
        for (const socket of sockets) world.leave(socket, 1000);
        return met;
      };
      expect(meet({ languages: ["en", "de"], interests: ["sea"], ...fits })).toBe(true);
      expect(meet({ languages: ["en", "de"], interests: ["sea"], ...doesNot })).toBe(false);
    }
  });

  test("L-WISH-2: a wish gives way when the schedule says, by an alarm of its own", () => {
    const ann = wait("ann", { interests: "shared" });
    const bob = wait("bob");
    world.pass(4_900);
    world.workAll();
    expect(last(bob, "matched")).toBeUndefined();
    world.pass(350);
    world.workAll();
    expect(last(ann, "matched")?.partner.id).toBe("bob");
    expect(world.rings).toBe(1);
  });

  test("L-WISH-2: a firm wish does not", () => {
    wait("ann", { interests: "shared", firm: ["interests"] });
    const bob = wait("bob");
    for (let time = 0; time < 14; time += 1) {
      world.pass(20_000);
      ping();
    }
    world.workAll();
    expect(last(bob, "matched")).toBeUndefined();
  });

  test("L-NEVER-1: two windows of one person are one person", () => {
    wait("ann");
    const other = wait("ann");
    world.workAll();
    expect(report()).toMatchObject({ queueDepth: 1, pairing: 0 });
    expect(last(other, "matched")).toBeUndefined();
  });

  test.each(["the one who waits", "the one who comes"])(
    "L-NEVER-2: a block of %s keeps both apart",
    (who) => {
      const [ann, bob] = [plain("ann"), plain("bob")];
      if (who === "the one who waits") ann.blocks.push("bob");
      else bob.blocks.push("ann");
      wait(ann);
      const socket = wait(bob);
      world.workAll();
      expect(last(socket, "matched")).toBeUndefined();
    },
  );

  test("L-NEVER-2: a block holds at once, also for those just paired and after a sleep", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    world.ask({ type: "block", by: "ann", member: "bob" });
    expect(last(ann, "ended")).toMatchObject({ end: "cancelled" });
    expect(last(bob, "requeued")).toMatchObject({ reason: "partner_gone" });
    world.sleep();
    world.say(ann, { type: "enqueue", wishes: {} });
    world.workAll();
    expect(report()).toMatchObject({ queueDepth: 2, pairing: 0 });
  });

  test("L-NEVER-3: partners of the last ten calls are not met again, the eleventh is", () => {
    const ann = wait("ann");
    const meet = (member: string) => {
      world.say(ann, { type: "enqueue", wishes: {} });
      const other = wait(member);
      world.workAll();
      const met = last(other, "matched") !== undefined;
      if (met) seatBoth(ann, other);
      world.leave(other, 1000);
      return met;
    };
    for (let number = 0; number < 10; number += 1) expect(meet(`member-${number}`)).toBe(true);
    world.sleep();
    expect(meet("member-0")).toBe(false);
    expect(meet("member-10")).toBe(true);
    // Of the other's last ten it is still one, and that counts as well.
    expect(meet("member-0")).toBe(false);
  });

  test("L-NEVER-3: partners that only Postgres remembers count as well", () => {
    wait({ ...plain("ann"), partners: ["bob"] });
    const bob = wait("bob");
    world.workAll();
    expect(last(bob, "matched")).toBeUndefined();
  });

  test("L-NEVER-4: whoever is removed is out, and stays out with any token that is still good", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    world.ask({ type: "remove", member: "ann" });
    expect(world.closed.get(ann)).toBe(closeCodes.notAllowed);
    expect(last(bob, "requeued")).toBeDefined();
    world.sleep();
    expect(heard.get(enter("ann"))).toMatchObject([{ type: "error", code: "not_allowed" }]);
    world.pass(120_001);
    expect(typesTo(enter("ann"))).toEqual(["welcome"]);
  });
});

describe("the match", () => {
  test("L-MATCH-1: both are told all they need for the call", () => {
    const ann = wait("ann");
    world.pass(50);
    const bob = wait("bob");
    const [task] = world.tasks;
    expect(task?.calls[0]?.seats).toMatchObject([
      { party: "call", member: "ann", role: "impolite", data: { members: ["ann", "bob"] } },
      { party: "call", member: "bob", role: "polite", data: { partner: { id: "ann" } } },
    ]);
    world.workAll();
    const callId = callOf(ann);
    expect(last(ann, "matched")).toMatchObject({
      callId,
      token: `${callId}:0`,
      role: "impolite",
      partner: { id: "bob", name: "Name of bob" },
      icePath: `/v1/match/calls/${callId}/ice`,
      within_ms: 10_000,
    });
    expect(last(bob, "matched")).toMatchObject({ callId, token: `${callId}:1`, role: "polite" });
    expect(callId).toMatch(/^[A-Za-z0-9_-]{4,64}$/);
  });

  test("L-MATCH-2: with both seated the match stands", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    world.say(ann, { type: "seated", callId: callOf(ann) });
    expect(last(ann, "ended")).toBeUndefined();
    world.sleep();
    world.say(bob, { type: "seated", callId: callOf(bob) });
    for (const socket of [ann, bob])
      expect(last(socket, "ended")).toMatchObject({ end: "matched", reason: null });
    expect(report().matchTimes.reduce((a, b) => a + b)).toBe(2);
    expect(storedKeys()).toEqual(["memo/ann", "memo/bob"]);
    world.sleep();
    expect(report().tickets).toEqual({ matched: 2, cancelled: 0, timed_out: 0 });
  });

  test("L-STORE-1: a lobby that kept its counts in a row of their own goes on from there", () => {
    const ends = { matched: 40, cancelled: 3, timed_out: 1 };
    const matchTimes = Array.from({ length: 14 }, () => 2);
    world.stored.set("stats", { ends, matchTimes });
    world.sleep();
    expect(report().tickets).toEqual(ends);
    seatBoth(wait("ann"), wait("bob"));
    world.sleep();
    expect(report().tickets).toEqual({ ...ends, matched: 42 });
  });

  test("L-MATCH-3: who has come waits on at the old place, who has not is out", () => {
    const ann = wait("ann");
    const { since_ms } = last(ann, "waiting")?.ticket ?? {};
    world.pass(2_000);
    const bob = wait("bob");
    world.workAll();
    world.say(ann, { type: "seated", callId: callOf(ann) });
    world.pass(10_000);
    expect(last(bob, "ended")).toMatchObject({ end: "cancelled", reason: "no_show" });
    expect(last(ann, "requeued")).toMatchObject({ reason: "no_show", ticket: { since_ms } });
    // Not with the same one again at once.
    world.say(bob, { type: "enqueue", wishes: {} });
    world.workAll();
    expect(report()).toMatchObject({ queueDepth: 2, pairing: 0 });
    const cho = wait("cho");
    world.workAll();
    expect(last(cho, "matched")?.partner.id).toBe("ann");
  });

  test("L-MATCH-3: a partner who declines sends the other back, to be paired anew at once", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    const cho = wait("cho");
    world.workAll();
    world.say(bob, { type: "decline", callId: callOf(bob) });
    world.workAll();
    expect(last(bob, "ended")).toMatchObject({ end: "cancelled", reason: "asked" });
    expect(last(ann, "matched")?.partner.id).toBe("cho");
    expect(last(cho, "matched")?.partner.id).toBe("ann");
  });

  test("L-MATCH-4: a socket that comes back is told the match again", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    world.leave(bob, 1006);
    const again = enter("bob");
    world.workAll();
    expect(callOf(again)).toBe(callOf(ann));
    seatBoth(ann, again);
    expect(last(again, "ended")).toMatchObject({ end: "matched" });
  });

  test("L-MATCH-5: tokens that could not be made are asked for again", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.work(false);
    expect(last(ann, "matched")).toBeUndefined();
    world.pass(3_000);
    expect(world.tasks).toHaveLength(1);
    world.sleep();
    world.step({ type: "open" });
    world.workAll();
    expect(last(bob, "matched")?.partner.id).toBe("ann");
  });

  test("L-MATCH-5: a pair that nobody was told of leaves both where they were", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    for (let second = 0; second < 10; second += 1) {
      world.work(false);
      world.pass(1_000);
    }
    expect(typesTo(ann)).toContain("requeued");
    world.workAll();
    expect(last(ann, "matched")?.partner.id).toBe("bob");
    expect(last(bob, "ended")).toBeUndefined();
  });
});

describe("sleep, storage and limits", () => {
  test("L-SLEEP-1: a lobby in which nobody waits is never woken", () => {
    for (let number = 0; number < 50; number += 1) enter(`member-${number}`);
    for (let hour = 0; hour < 3; hour += 1) world.pass(3_600_000);
    expect(world.rings).toBe(0);
    expect(effects.filter(({ type }) => type === "alarm" || type === "store")).toEqual([]);
  });

  test("L-SLEEP-1: one who waits alone wakes nobody before the end", () => {
    wait("ann", { interests: "shared", region: "same", genders: ["woman"] });
    world.pass(299_000);
    expect(world.rings).toBe(0);
    world.pass(2_000);
    expect(world.rings).toBe(1);
    expect(world.alarm_ms).toBeNull();
  });

  test("L-ALARM-1: what is due at about the same time needs one alarm", () => {
    for (let number = 0; number < 40; number += 1) {
      world.pass(5);
      wait(plain(`member-${number}`, { region: "eu" }), {
        interests: "shared",
        genders: ["nobody"],
        firm: ["genders"],
      });
    }
    const set = effects.filter((effect) => effect.type === "alarm");
    expect(set.length).toBeLessThanOrEqual(2);
    for (const effect of set)
      expect((effect.type === "alarm" ? (effect.at_ms ?? 0) : 1) % 250).toBe(0);
    world.pass(5_250);
    expect(world.rings).toBeLessThanOrEqual(3);
  });

  test("L-STORE-1: one key for each who waits, and none for those who only are there", () => {
    enter("cho");
    wait("ann", { genders: ["nobody"] });
    expect(storedKeys()).toEqual(["ticket/ann"]);
    world.sleep();
    expect(report()).toMatchObject({ users: 2, queueDepth: 1 });
  });

  test("L-LIMIT-1: a wish that gives way for very many at once is worked off in bounded steps", () => {
    const people = 700;
    const wishes: Wishes = { region: "same" };
    for (let number = 0; number < people; number += 1)
      wait(
        plain(`member-${number}`, { region: number % 2 === 0 ? "eu" : "na", gender: `${number}` }),
        {
          ...wishes,
          genders: [`${number % 2 === 0 ? number + 1 : number - 1}`],
          firm: ["genders"],
        },
      );
    expect(report()).toMatchObject({ queueDepth: people });
    for (let round = 0; round < 12; round += 1) {
      world.pass(1_000);
      ping();
      while (world.tasks.length > 0) world.work();
    }
    const { pairing, tickets, queueDepth } = report();
    expect(queueDepth).toBe(0);
    expect(2 * pairing + tickets.cancelled).toBe(people);
  });
});

describe("requests", () => {
  test("L-REQ-1: a function learns how the lobby does", () => {
    const wishes: Wishes = { genders: ["nobody"], firm: ["genders"] };
    wait("ann", wishes);
    world.pass(1_500);
    wait("bob", wishes);
    enter("cho");
    expect(report()).toEqual({
      users: 3,
      connections: 3,
      capacity: 1_200,
      utilisation: 3 / 1_200,
      statuses: { online: 1, waiting: 2, in_call: 0, away: 0 },
      queueDepth: 2,
      oldestWait_ms: 1_500,
      pairing: 0,
      tickets: { matched: 0, cancelled: 0, timed_out: 0 },
      matchTimes: expect.any(Array),
      server_ms: world.now_ms,
    });
  });

  test("L-REQ-2: a function learns who is there", () => {
    enter("ann");
    expect(world.ask({ type: "presence", members: ["ann", "bob"] })).toEqual({
      statuses: { ann: "online" },
    });
  });

  test("L-REQ-3: whoever is removed is told of with the call they were led to", () => {
    const remove = (member: string) => world.ask({ type: "remove", member });
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    const callId = callOf(ann);
    for (const socket of [ann, bob]) world.say(socket, { type: "seated", callId });
    world.sleep();
    expect(remove("ann")).toEqual({ ok: true, callId });
    expect(remove("nobody")).toEqual({ ok: true, callId: null });
  });

  test("L-REQ-3: also when their socket to the lobby closed long ago, for as long as the call can last", () => {
    const [ann, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    const callId = callOf(ann);
    for (const socket of [ann, bob]) world.say(socket, { type: "seated", callId });
    world.leave(ann, 1006);
    const others = (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        world.pass(60_000);
        world.say(enter(`other-${world.now_ms}`), { type: "status", status: "away" });
      }
    };
    others(59);
    world.sleep();
    expect(world.ask({ type: "remove", member: "ann" })).toEqual({ ok: true, callId });
    world.leave(bob, 1006);
    others(10);
    expect(world.state.memos.has("bob")).toBe(false);
  });

  test("L-REQ-3: so is one who sits in a call that the other has not reached", () => {
    const ann = wait("ann");
    wait("bob");
    world.workAll();
    const callId = callOf(ann);
    world.say(ann, { type: "seated", callId });
    expect(world.ask({ type: "remove", member: "ann" })).toEqual({ ok: true, callId });
  });

  test("L-REQ-3: a block that is taken back no longer holds, but for what a token says", () => {
    world.ask({ type: "block", by: "ann", member: "bob" });
    expect(world.ask({ type: "unblock", by: "ann", member: "bob" })).toEqual({ ok: true });
    const [, bob] = [wait("ann"), wait("bob")];
    world.workAll();
    expect(last(bob, "matched")?.partner.id).toBe("ann");
  });
});

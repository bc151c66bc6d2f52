import { describe, expect, test } from "vitest";
import { closeCodes } from "../../protocol/room.ts";
import { defaultPermissions, type WatchAction } from "../../protocol/watch/permissions.ts";
import type { WatchUp } from "../../protocol/watch/up.ts";
import { claimsOf, film, hosted, roomData, WatchSim } from "./testing/room.ts";

const refused = [{ type: "error", code: "not_allowed" }];

describe("the host", () => {
  test("W-HOST-1: is whoever first comes with a host's token; until then nobody is", () => {
    const room = new WatchSim().enter("ann");
    room.pass(60_000);
    expect(room.people()).toBe("ann");
    room.join("host", claimsOf("host", { role: "host" }));
    room.join("other", claimsOf("other", { role: "host" }));
    expect(room.people()).toBe("host:host other:cohost ann");
  });

  test("W-HOST-2: a host gone for 10 s is followed by the co-host who has been there longest", () => {
    const room = hosted("ann");
    room.now_ms += 1;
    room.join("bob", claimsOf("bob", { role: "cohost" }));
    room.now_ms += 1;
    room.join("cho", claimsOf("cho", { role: "cohost" }));
    room.leave("host", 1006);
    room.pass(9_999);
    expect(room.people()).toBe("host:host~ bob:cohost cho:cohost ann");
    room.pass(1);
    expect(room.people()).toBe("bob:host host:cohost~ cho:cohost ann");
    expect(room.last("ann", "members").members[0]).toMatchObject({ id: "bob", role: "host" });
  });

  test("W-HOST-2: else by the viewer who has; a host who left on purpose is followed like any other", () => {
    const room = hosted("ann");
    room.now_ms += 1;
    room.enter("aaa");
    room.leave("host", 1000);
    room.pass(10_000);
    expect(room.people()).toBe("ann:host aaa");
  });

  test("W-HOST-2: a host who is back in time stays host", () => {
    const room = hosted("ann");
    room.leave("host", 1006);
    room.pass(9_000);
    room.join("host-2", claimsOf("host", { role: "host", name: "Host" }));
    room.pass(60_000);
    expect(room.people()).toBe("host:host ann");
  });

  test("W-HOST-2: with nobody there it passes to the next who comes, once the 10 s are over", () => {
    const room = hosted();
    room.leave("host", 1000);
    room.pass(3_600_000);
    room.enter("ann");
    expect(room.last("ann", "welcome").members).toMatchObject([{ id: "ann", role: "host" }]);
  });

  test("W-HOST-3: a host who comes back after that is a co-host", () => {
    const room = hosted("ann");
    room.leave("host", 1000);
    room.pass(10_000);
    room.join("host-2", claimsOf("host", { role: "host" }));
    expect(room.people()).toBe("ann:host host:cohost");
  });

  test("W-HOST-4: may hand over to somebody who is there, and is a co-host from then on", () => {
    const room = hosted("ann", "bob");
    room.leave("bob", 1006);
    expect(room.say("host", { type: "hand_over", memberId: "bob" })).toMatchObject([
      { code: "not_found" },
    ]);
    room.say("host", { type: "hand_over", memberId: "ann" });
    expect(room.people()).toBe("ann:host host:cohost bob~");
    expect(room.say("host", { type: "hand_over", memberId: "host" })).toMatchObject(refused);
  });
});

describe("roles and permissions", () => {
  test("W-ROLE-1: a role that was given or taken holds, whatever later tokens say", () => {
    const room = hosted("ann");
    room.join("bob", claimsOf("bob", { role: "cohost" }));
    room.say("host", { type: "set_role", memberId: "ann", role: "cohost" });
    room.say("host", { type: "set_role", memberId: "bob", role: "viewer" });
    for (const id of ["ann", "bob"]) room.leave(id);
    room.enter("ann");
    room.join("bob-2", claimsOf("bob", { role: "cohost" }));
    expect(room.people()).toBe("host:host ann:cohost bob");
  });

  test("W-ROLE-2: only the host gives roles, to others, and to 50 at most", () => {
    const room = hosted("ann", "bob");
    expect(room.say("ann", { type: "set_role", memberId: "ann", role: "cohost" })).toMatchObject(
      refused,
    );
    expect(room.say("host", { type: "set_role", memberId: "host", role: "viewer" })).toMatchObject(
      refused,
    );
    for (let index = 0; index < 50; index += 1) {
      room.now_ms += 1_000;
      room.join(`t${index}`, claimsOf(`m${index}`));
      room.say("host", { type: "set_role", memberId: `m${index}`, role: "cohost" });
    }
    room.now_ms += 1_000;
    expect(room.say("host", { type: "set_role", memberId: "bob", role: "cohost" })).toMatchObject([
      { code: "limit_reached" },
    ]);
  });

  const doings: readonly [WatchAction, WatchUp][] = [
    ["control", { type: "play", seq: 0 }],
    ["control", { type: "rate", seq: 0, rate: 2 }],
    ["queue", { type: "queue_add", source: film("next") }],
    ["chat", { type: "say", text: "hi" }],
    ["kick", { type: "kick", memberId: "bob" }],
  ];
  const roles = ["viewer", "cohost", "host"] as const;
  test.each(doings)("W-PERM-1: %s is for those whom the table lets (%o)", (action, message) => {
    for (const least of roles)
      for (const [rank, sender] of ["ann", "cho", "host"].entries()) {
        const room = hosted("ann", "bob");
        room.join("cho", claimsOf("cho", { role: "cohost" }));
        const permissions = { ...defaultPermissions, [action]: least };
        room.say("host", { type: "set_permissions", permissions });
        // Nobody puts out somebody of the same role, whatever the table says.
        const equal = action === "kick" && sender === "ann";
        const may = rank >= roles.indexOf(least) && !equal;
        const codes = room
          .say(sender, message)
          .flatMap((f) => (f.type === "error" ? [f.code] : []));
        expect(codes, `${sender}, from ${least} on`).toEqual(may ? [] : ["not_allowed"]);
      }
  });

  test("W-PERM-2: the table and the settings are the host's; the lock is for co-hosts too", () => {
    const room = hosted("ann");
    room.join("cho", claimsOf("cho", { role: "cohost" }));
    const permissions = { ...defaultPermissions, control: "host" } as const;
    expect(room.say("cho", { type: "set_permissions", permissions })).toMatchObject(refused);
    expect(room.say("cho", { type: "set_options", gate: true })).toMatchObject(refused);
    expect(room.say("ann", { type: "lock", locked: true })).toMatchObject(refused);
    expect(room.say("cho", { type: "lock", locked: true })).toMatchObject([{ type: "options" }]);
    room.say("host", { type: "set_options", gate: true, maxParticipants: 7 });
    expect(room.last("ann", "options").options).toMatchObject({
      gate: true,
      maxParticipants: 7,
      locked: true,
    });
  });

  test("W-PERM-2: a setting that is so already tells nobody and writes nothing", () => {
    const room = hosted();
    expect(room.say("host", { type: "lock", locked: false })).toEqual([]);
    expect(room.effects.filter(({ type }) => type === "store")).toEqual([]);
  });
});

describe("putting out", () => {
  test("W-KICK-1: who is kicked is told, closed on every tab, gone at once, and may come back", () => {
    const room = hosted("ann", "bob");
    room.join("bob-2", claimsOf("bob"));
    room.say("host", { type: "kick", memberId: "bob" });
    for (const tab of ["bob", "bob-2"]) {
      expect(room.last(tab, "error").code).toBe("room_kicked");
      expect(room.closed.get(tab)).toBe(closeCodes.kicked);
    }
    expect(room.people()).toBe("host:host ann");
    expect(room.alarmAt_ms).toBeNull();
    expect(room.join("bob-3", claimsOf("bob"))).toMatchObject([{ type: "welcome" }]);
  });

  test("W-KICK-2: nobody puts out somebody of their own role or a higher one, nor themselves", () => {
    const room = hosted("ann");
    for (const id of ["cho", "dot"]) room.join(id, claimsOf(id, { role: "cohost" }));
    for (const memberId of ["host", "dot", "cho"]) {
      expect(room.say("cho", { type: "kick", memberId })).toMatchObject(refused);
      expect(room.say("cho", { type: "ban", memberId })).toMatchObject(refused);
    }
    expect(room.say("host", { type: "kick", memberId: "nobody" })).toMatchObject([
      { code: "not_found" },
    ]);
  });

  test("W-BAN-1: who is banned does not come back, neither by id nor by the session behind it", () => {
    const room = hosted("ann");
    room.join("bob", claimsOf("bob"));
    room.say("host", { type: "ban", memberId: "bob" });
    expect(room.closed.get("bob")).toBe(closeCodes.banned);
    const again = [
      claimsOf("bob", { data: roomData({ session: "another-session" }) }),
      claimsOf("bobby", { data: roomData({ session: "session-bob" }) }),
      { ...claimsOf("bob", { data: { session: "session-bob" } }), resumed: true as const },
    ];
    for (const [index, claims] of again.entries())
      expect(room.join(`again-${index}`, claims)).toMatchObject([
        { type: "error", code: "room_banned" },
      ]);
  });

  test("W-BAN-1: others there by the same session go too", () => {
    const room = hosted("ann");
    const data = roomData({ session: "session-twins" });
    for (const id of ["bob", "bib"]) room.join(id, claimsOf(id, { data }));
    room.say("host", { type: "ban", memberId: "bob" });
    expect(room.people()).toBe("host:host ann");
  });

  test("W-BAN-2: bans are listed for those who may lift them, and lifted", () => {
    const room = hosted("ann", "bob");
    room.say("bob", { type: "say", text: "spam" });
    room.leave("bob");
    room.say("host", { type: "ban", memberId: "bob" });
    expect(room.last("host", "bans").bans).toMatchObject([
      { memberId: "bob", name: "Name of bob" },
    ]);
    expect(room.got("ann", "bans")).toEqual([]);
    room.say("host", { type: "unban", memberId: "bob" });
    expect(room.last("host", "bans").bans).toEqual([]);
    expect(room.join("bob-2", claimsOf("bob"))).toMatchObject([{ type: "welcome" }]);
  });

  test("W-BAN-3: a room remembers 200 bans, and says so at the next", () => {
    const room = hosted();
    for (let index = 0; index < 200; index += 1) {
      room.now_ms += 1_000;
      room.say("host", { type: "ban", memberId: `m${index}` });
    }
    room.now_ms += 1_000;
    expect(room.say("host", { type: "ban", memberId: "more" })).toMatchObject([
      { code: "limit_reached" },
    ]);
  });

  test("W-LOCK-1: a locked room lets in only whose place is kept, and co-hosts", () => {
    const room = hosted("ann");
    room.leave("ann", 1006);
    room.say("host", { type: "lock", locked: true });
    expect(room.join("bob", claimsOf("bob"))).toMatchObject([{ code: "room_locked" }]);
    expect(room.closed.get("bob")).toBe(closeCodes.roomLocked);
    expect(room.join("cho", claimsOf("cho", { role: "cohost" }))).toMatchObject([
      { type: "welcome" },
    ]);
    expect(room.join("ann-2", claimsOf("ann"))).toMatchObject([{ type: "welcome" }]);
  });
});

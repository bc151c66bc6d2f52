import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { standingSchema } from "../../protocol/match/rest-lobby.ts";
import { banSchema } from "../../protocol/match/rest-moderation.ts";
import { MatchSite, opsToken, type Person } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("somebody who is banned", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  afterAll(() => site?.stop());

  const enter = async (person: Person) => {
    const response = await person.request("POST", "/v1/match/lobby", {});
    return response.ok ? "in" : ((await response.json()) as { code: string }).code;
  };
  const moderate = async (method: string, path: string, body?: unknown) =>
    await site.request(`/v1/match/moderation/bans${path}`, {
      method,
      headers: { Authorization: `Bearer ${opsToken}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ban = async ({ id }: Person, days: number | null = 7) =>
    banSchema.parse(
      await (await moderate("POST", "", { userId: id, reason: "as agreed", days })).json(),
    );
  const verify = async ({ id }: Person) => {
    await site.db.execute(`update "user" set email_verified = true where id = '${id}'`);
    await site.redis.flushall();
  };
  const marks = async () => {
    const { rows } = await site.db.execute("select * from match_ban_mark");
    return rows as { mark: string; ban_id: string | null }[];
  };
  /** Addresses of the documentation's own range; each test has one nobody else has. */
  let networks = 0;
  const network = () => {
    networks += 1;
    return `2001:db8:aaaa:${networks.toString(16)}`;
  };

  describe("does not come back as a new guest", () => {
    test("from the same network, and is told that an account may enter", async () => {
      const home = network();
      await ban(await site.member({}, `${home}::1`));
      const again = await site.member({}, `${home}:1:2:3:4`);
      expect(await enter(again)).toBe("account_required");
      const standing = await again.good("GET", "/v1/match/me", standingSchema);
      expect(standing).toMatchObject({ accountRequired: true, ban: null });
      await verify(again);
      expect(await enter(again)).toBe("in");
      expect((await again.good("GET", "/v1/match/me", standingSchema)).accountRequired).toBe(false);
    });

    test("on the same device, wherever it is by then", async () => {
      const person = await site.member();
      expect(await enter(person)).toBe("in");
      await ban({ id: person.id } as Person);
      const again = await site.prepared(await site.newGuest(person));
      again.address = `${network()}::1`;
      expect(await enter(again)).toBe("account_required");
      // Neither does another guest after that one: what the device remembers stays.
      expect(await enter(await site.prepared(await site.newGuest(again)))).toBe("account_required");
    });
  });

  describe("keeps nobody else out", () => {
    test("who was here before the ban, though they share the network", async () => {
      const home = network();
      const [mallory, neighbour] = [
        await site.member({}, `${home}::1`),
        await site.member({}, `${home}::2`),
      ];
      await ban(mallory);
      expect(await enter(neighbour)).toBe("in");
      expect(await enter(mallory)).toBe("banned");
    });

    test("from another network", async () => {
      await ban(await site.member({}, `${network()}::1`));
      expect(await enter(await site.member({}, `${network()}::1`))).toBe("in");
    });

    test("once the ban is lifted, or its time is over", async () => {
      const [home, other] = [network(), network()];
      const lifted = await ban(await site.member({}, `${home}::1`));
      await ban(await site.member({}, `${other}::1`));
      const [ann, bob] = [
        await site.member({}, `${home}::2`),
        await site.member({}, `${other}::2`),
      ];
      expect([await enter(ann), await enter(bob)]).toEqual([
        "account_required",
        "account_required",
      ]);
      await moderate("DELETE", `/${lifted.id}`);
      await site.db.execute(
        `update match_ban_mark set created_at = now() - interval '8 days', expires_at = now() - interval '1 day'`,
      );
      expect([await enter(ann), await enter(bob)]).toEqual(["in", "in"]);
    });
  });

  describe("leaves of their address", () => {
    test("a hash alone, for a month at most", async () => {
      const home = network();
      const made = await ban(await site.member({}, `${home}::1`), null);
      const kept = (await marks()).filter(({ ban_id }) => ban_id === made.id);
      expect(kept).toHaveLength(1);
      expect(JSON.stringify(kept)).not.toContain("2001:db8");
      expect(kept[0]?.mark).toMatch(/^[\w-]{12}$/);
      const { rows } = await site.db.execute(
        `select 1 from match_ban_mark where ban_id = '${made.id}'
         and expires_at between now() + interval '29 days' and now() + interval '31 days'`,
      );
      expect(rows).toHaveLength(1);
    });

    test("what names nobody any more once they are erased, and still keeps them from coming back", async () => {
      const home = network();
      const mallory = await site.member({}, `${home}::1`);
      const made = await ban(mallory);
      await mallory.fine("POST", "/v1/me/erase", {});
      expect((await marks()).map(({ ban_id }) => ban_id)).not.toContain(made.id);
      expect(await enter(await site.member({}, `${home}::2`))).toBe("account_required");
    });

    test("a line in the export of what is kept of them", async () => {
      const mallory = await site.member();
      await ban(mallory);
      const { tables } = (await (await mallory.fine("GET", "/v1/me/export")).json()) as {
        tables: Record<string, unknown[]>;
      };
      expect(tables.match_ban_mark).toHaveLength(1);
    });
  });
});

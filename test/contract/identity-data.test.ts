import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { sweepIdentity } from "../../db/queries/identity.ts";
import { session, user } from "../../db/schema/identity.ts";
import { forAll, type Random } from "../../platform/testing/random.ts";
import {
  doneSchema,
  erasureReceiptSchema,
  meSchema,
  signedInSchema,
} from "../../protocol/identity/account.ts";
import { createdApiKeySchema } from "../../protocol/identity/api-key.ts";
import { organizationOfUserSchema } from "../../protocol/identity/organization.ts";
import { problemSchema } from "../../protocol/problem.ts";
import { onSite } from "./identity-site.ts";
import { password, refusal, someEmail } from "./identity-visitor.ts";

const exportSchema = z.object({
  format: z.literal("offrail-export-1"),
  exportedAt: z.iso.datetime(),
  tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});

onSite("a person's data", (site) => {
  test("can be taken along: every table, every page, and no secret", async () => {
    const ada = site().visitor();
    const email = someEmail();
    const { id } = await ada.signUp(email);
    const { key } = await ada.post(
      "/v1/keys",
      { name: "k", scopes: ["account:read"] },
      createdApiKeySchema,
    );
    for (let at = 0; at < 5; at += 1) await site().addNote(id, `line ${at}`);
    const stranger = await site().visitor().signUp();
    await site().addNote(stranger.id, "not mine");
    const response = await ada.request("GET", "/v1/me/export");
    expect(response.headers.get("Content-Disposition")).toContain("attachment");
    const text = await response.text();
    const { tables } = exportSchema.parse(JSON.parse(text));
    const counts = Object.fromEntries(
      Object.entries(tables).map(([table, rows]) => [table, rows.length]),
    );
    expect(counts).toEqual({
      user: 1,
      account: 1,
      session: 1,
      member: 0,
      invitation: 0,
      api_key: 1,
      note_of_user: 5,
    });
    expect(tables.user?.[0]).toMatchObject({ id, email, name: "Ada" });
    for (const secret of [key, "$scrypt$", "not mine", stranger.id])
      expect(text).not.toContain(secret);
  });

  test("half exported cannot be taken for whole", async () => {
    const ada = site().visitor();
    await ada.signUp();
    const { db } = site();
    await db.execute("alter table note_of_user rename to note_away");
    const response = await ada.request("GET", "/v1/me/export");
    await expect(response.text()).rejects.toThrow();
    await db.execute("alter table note_away rename to note_of_user");
  });

  test("are erased with a receipt, and sessions and keys end at once", async () => {
    const ada = site().visitor();
    const email = someEmail();
    const { id } = await ada.signUp(email);
    const phone = site().visitor();
    await phone.signIn(email);
    await phone.get("/v1/me", meSchema);
    const shop = { name: "Shop", slug: `shop-${Date.now()}`, kind: "shop" };
    const made = await ada.post("/v1/organizations", shop, organizationOfUserSchema);
    const { key } = await ada.post(
      "/v1/keys",
      { name: "k", scopes: ["account:read"] },
      createdApiKeySchema,
    );
    const shopKey = await ada.post(
      "/v1/keys",
      { name: "k", scopes: ["orders:read"], organizationId: made.id },
      createdApiKeySchema,
    );
    const use = (path: string, shown: string) =>
      site().visitor().request("GET", path, undefined, { "X-Api-Key": shown });
    expect((await use("/v1/me", key)).status).toBe(200);
    expect((await use(`/test/orders/${made.id}`, shopKey.key)).status).toBe(200);
    await site().addNote(id, "mine");
    const receipt = await ada.post("/v1/me/erase", { password }, erasureReceiptSchema);
    expect(receipt.rows).toMatchObject({
      note_of_user: 1,
      api_key: 2,
      member: 1,
      organization: 1,
      session: 2,
      account: 1,
      user: 1,
    });
    expect(Math.abs(Date.parse(receipt.erasedAt) - Date.now())).toBeLessThan(60_000);
    expect(ada.cookies.size).toBe(0);
    expect((await phone.request("GET", "/v1/me")).status).toBe(401);
    expect((await use("/v1/me", key)).status).toBe(401);
    expect((await use(`/test/orders/${made.id}`, shopKey.key)).status).toBe(401);
    for (const table of ["user", "account", "session", "api_key", "organization", "member"])
      expect(JSON.stringify(await site().rowsOf(table)), table).not.toContain(id);
    expect(await site().notesOf(id)).toEqual([]);
    const stranger = site().visitor();
    await expect
      .poll(() => stranger.get(`/v1/erasures/${receipt.id}`, erasureReceiptSchema))
      .toEqual(receipt);
    expect(JSON.stringify(await site().rowsOf("erasure_receipt"))).not.toContain(id);
    expect((await ada.signIn(email)).status).toBe(401);
    await ada.signUp(email);
  });

  test("are not erased with a wrong password, nor by a session left open", async () => {
    const ada = site().visitor();
    await ada.signUp();
    const erase = (body: object) => ada.request("POST", "/v1/me/erase", body);
    expect(await refusal(erase({ password: "not the password" }))).toEqual({
      status: 401,
      code: "credentials_invalid",
    });
    site().ahead_ms = 11 * 60_000;
    expect(await refusal(erase({}))).toEqual({ status: 403, code: "session_not_fresh" });
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
    expect((await erase({ password })).status).toBe(200);
  });

  test("of a guest are erased by the guest, who has no password", async () => {
    const visitor = site().visitor();
    const { user } = await visitor.post("/v1/auth/guest", {}, signedInSchema);
    await site().addNote(user.id, "mine");
    site().ahead_ms = 60 * 60_000;
    const receipt = await visitor.post("/v1/me/erase", {}, erasureReceiptSchema);
    expect(receipt.rows).toMatchObject({ note_of_user: 1, user: 1, account: 0 });
  });

  test("are erased whole or not at all", async () => {
    const ada = site().visitor();
    const email = someEmail();
    const { id } = await ada.signUp(email);
    await site().addNote(id, "mine");
    const { db } = site();
    await db.execute(
      'create table clings (user_id text references "user" (id) on delete restrict)',
    );
    await db.execute(`insert into clings values ('${id}')`);
    const answer = await refusal(ada.request("POST", "/v1/me/erase", { password }));
    expect(answer).toEqual({ status: 503, code: "unavailable" });
    expect(await site().notesOf(id)).toEqual(["mine"]);
    await db.execute("drop table clings");
    expect((await ada.signIn(email)).status).toBe(200);
    await ada.post("/v1/me/erase", { password }, erasureReceiptSchema);
    expect(await site().notesOf(id)).toEqual([]);
  });

  test("are not half forgotten when Redis cannot be told", async () => {
    const ada = site().visitor();
    await ada.signUp();
    site().redis = "down";
    expect(await refusal(ada.request("POST", "/v1/me/erase", {}))).toMatchObject({ status: 503 });
    site().redis = "up";
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
    await ada.post("/v1/auth/sign-out", undefined, doneSchema);
  });

  test("that have expired are swept away, and guests who were not seen for long", async () => {
    const { db } = site();
    const ada = site().visitor();
    const { id } = await ada.signUp();
    const idle = await site().visitor().post("/v1/auth/guest", {}, signedInSchema);
    const busy = await site().visitor().post("/v1/auth/guest", {}, signedInSchema);
    await site().addNote(idle.user.id, "forgotten");
    const old = sql`now() - interval '100 days'`;
    for (const guest of [idle, busy])
      await db.update(user).set({ createdAt: old }).where(eq(user.id, guest.user.id));
    for (const owner of [id, idle.user.id])
      await db.update(session).set({ expiresAt: old }).where(eq(session.userId, owner));
    await sweepIdentity(db, 90, () => []);
    expect(await sweepIdentity(db, 90, () => [])).toMatchObject({ sessions: 0, guests: 0 });
    const left = (await db.select({ id: user.id }).from(user)).map((row) => row.id);
    expect(left).toEqual(expect.arrayContaining([id, busy.user.id]));
    expect(left).not.toContain(idle.user.id);
    expect(await site().notesOf(idle.user.id)).toEqual([]);
  });

  test("input of any kind is answered with a typed problem and never with a 5xx", async () => {
    const ada = site().visitor();
    await ada.signUp();
    await forAll(250, async (random) => {
      const { path, body } = someRequest(random);
      const visitor = site().visitor();
      if (random.next() < 0.5)
        for (const [name, value] of ada.cookies) visitor.cookies.set(name, value);
      const response = await visitor.request("POST", path, body);
      const what = `${path} ${JSON.stringify(body)}`;
      expect(response.status, what).toBeLessThan(500);
      if (response.status >= 400)
        expect(problemSchema.parse(await response.json()).status, what).toBe(response.status);
    });
  }, 120_000);
});

const paths = [
  "/v1/auth/sign-up",
  "/v1/auth/sign-in",
  "/v1/auth/guest",
  "/v1/auth/password/forgot",
  "/v1/auth/password/reset",
  "/v1/auth/password/change",
  "/v1/auth/email/verify",
  "/v1/me",
  "/v1/keys",
  "/v1/organizations",
];
const fields = [
  "name",
  "email",
  "password",
  "current",
  "token",
  "scopes",
  "slug",
  "kind",
  "role",
  "organizationId",
  "__proto__",
];

function someRequest(random: Random): { path: string; body: unknown } {
  const value = () =>
    random.pick<unknown>([
      "x",
      "Ada",
      someEmail(),
      "a long enough password",
      "\u0000",
      "a\u0000b@example.com",
      "\ud800",
      "shop",
      ["account:read"],
      ["account:read", "nothing:write"],
      [],
      {},
      null,
      7,
      true,
      random.text(50),
      "x".repeat(random.below(3_000)),
      "%00'\"--",
    ]);
  const id = random.pick(["abcdefgh", "..", "%00%00%00%00%00%00%00%00", "x".repeat(100)]);
  const path = random.pick([
    ...paths,
    `/v1/keys/${id}/revoke`,
    `/v1/me/sessions/${id}/revoke`,
    `/v1/organizations/${id}/invitations`,
    `/v1/organizations/${id}/members/${id}/role`,
    `/v1/organizations/${id}/delete`,
    `/v1/invitations/${id}/accept`,
  ]);
  const some = fields.filter(() => random.next() < 0.5).map((field) => [field, value()]);
  return { path, body: random.next() < 0.9 ? Object.fromEntries(some) : value() };
}

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { doneSchema, meSchema, sessionsSchema } from "../../protocol/identity/account.ts";
import { apiKeysSchema, createdApiKeySchema } from "../../protocol/identity/api-key.ts";
import {
  invitationSchema,
  invitationToMeSchema,
  organizationDetailSchema,
  organizationOfUserSchema,
  type Role,
} from "../../protocol/identity/organization.ts";
import { onSite } from "./identity-site.ts";
import { refusal, someEmail, type Visitor } from "./identity-visitor.ts";

let shops = 0;
const newShop = () => {
  shops += 1;
  return {
    name: "Ada's prints",
    slug: `adas-prints-${shops}-${Date.now()}`,
    kind: "shop",
  } as const;
};

onSite("tenants", (site) => {
  /** Signs somebody up whose address is confirmed, as an invitation asks for. */
  const confirmed = async (): Promise<{ visitor: Visitor; email: string; id: string }> => {
    const visitor = site().visitor();
    const email = someEmail();
    const { id } = await visitor.signUp(email);
    await site().confirm(email);
    return { visitor, email, id };
  };
  const join = async (owner: Visitor, shop: string, role: Role) => {
    const person = await confirmed();
    const invited = { email: person.email, role };
    const { id } = await owner.post(
      `/v1/organizations/${shop}/invitations`,
      invited,
      invitationSchema,
    );
    await person.visitor.post(`/v1/invitations/${id}/accept`, undefined, doneSchema);
    return person;
  };
  const founded = async () => {
    const owner = await confirmed();
    const shop = await owner.visitor.post("/v1/organizations", newShop(), organizationOfUserSchema);
    return { owner: owner.visitor, shop: shop.id };
  };

  describe("an organization", () => {
    test("is its maker's, who is its owner", async () => {
      const ada = site().visitor();
      await ada.signUp();
      const shop = newShop();
      const made = await ada.post("/v1/organizations", shop, organizationOfUserSchema);
      expect(made).toMatchObject({ ...shop, role: "owner" });
      expect((await ada.get("/v1/me", meSchema)).organizations).toEqual([made]);
      expect(await refusal(ada.request("POST", "/v1/organizations", shop))).toEqual({
        status: 409,
        code: "slug_taken",
      });
    });

    test("does not exist for those who are not in it", async () => {
      const { shop } = await founded();
      const eve = site().visitor();
      await eve.signUp();
      const asked = ["", "/leave", "/delete", "/members/abcdefgh/remove"];
      for (const path of asked) {
        const method = path === "" ? "GET" : "POST";
        const answer = eve.request(method, `/v1/organizations/${shop}${path}`);
        expect(await refusal(answer), path).toEqual({ status: 404, code: "not_found" });
      }
      const keys = eve.request("GET", `/v1/keys?organizationId=${shop}`);
      expect(await refusal(keys)).toMatchObject({ status: 404 });
    });

    test("is joined by those who are invited, and nobody else", async () => {
      const { owner, shop } = await founded();
      const bob = await confirmed();
      const eve = await confirmed();
      const invited = { email: bob.email, role: "admin" };
      const path = `/v1/organizations/${shop}/invitations`;
      const { id } = await owner.post(path, invited, invitationSchema);
      expect((await eve.visitor.request("GET", `/v1/invitations/${id}`)).status).toBe(404);
      const accept = (who: Visitor) => who.request("POST", `/v1/invitations/${id}/accept`);
      expect(await refusal(accept(eve.visitor))).toMatchObject({ status: 404 });
      expect(await bob.visitor.get(`/v1/invitations/${id}`, invitationToMeSchema)).toMatchObject({
        organizationName: "Ada's prints",
        role: "admin",
      });
      expect((await accept(bob.visitor)).status).toBe(200);
      expect(await refusal(accept(bob.visitor))).toMatchObject({ status: 404 });
      const seen = await bob.visitor.get(`/v1/organizations/${shop}`, organizationDetailSchema);
      expect(seen.members.map(({ role }) => role)).toEqual(["owner", "admin"]);
      expect(seen.invitations).toEqual([]);
    });

    test("is not joined by an address that nobody has confirmed", async () => {
      const { owner, shop } = await founded();
      const visitor = site().visitor();
      const email = someEmail();
      await visitor.signUp(email);
      const path = `/v1/organizations/${shop}/invitations`;
      const { id } = await owner.post(path, { email }, invitationSchema);
      const accept = () => visitor.request("POST", `/v1/invitations/${id}/accept`);
      expect(await refusal(accept())).toMatchObject({ status: 403 });
      await site().confirm(email);
      expect((await accept()).status).toBe(200);
    });

    test("withdraws invitations, and the invited may say no", async () => {
      const { owner, shop } = await founded();
      const bob = await confirmed();
      const path = `/v1/organizations/${shop}/invitations`;
      const first = await owner.post(path, { email: bob.email }, invitationSchema);
      await owner.post(`${path}/${first.id}/cancel`, undefined, doneSchema);
      expect((await bob.visitor.request("GET", `/v1/invitations/${first.id}`)).status).toBe(404);
      const second = await owner.post(path, { email: bob.email }, invitationSchema);
      await bob.visitor.post(`/v1/invitations/${second.id}/reject`, undefined, doneSchema);
      const { invitations } = await owner.get(
        `/v1/organizations/${shop}`,
        organizationDetailSchema,
      );
      expect(invitations).toEqual([]);
    });

    test("lets its owners, admins and members do different things", async () => {
      const { owner, shop } = await founded();
      const admin = await join(owner, shop, "admin");
      const member = await join(owner, shop, "member");
      const { members } = await owner.get(`/v1/organizations/${shop}`, organizationDetailSchema);
      const idOf = (userId: string) => members.find((one) => one.userId === userId)?.id ?? "";
      const role = (who: Visitor, of: string, next: Role) =>
        who.request("POST", `/v1/organizations/${shop}/members/${of}/role`, { role: next });
      const ownerId = members.find((one) => one.role === "owner")?.id ?? "";

      const guarded = `/test/orders/${shop}`;
      expect((await owner.request("GET", guarded)).status).toBe(200);
      expect((await admin.visitor.request("GET", guarded)).status).toBe(200);
      expect(await refusal(member.visitor.request("GET", guarded))).toMatchObject({ status: 403 });

      const invitation = { email: someEmail() };
      const invite = (who: Visitor) =>
        who.request("POST", `/v1/organizations/${shop}/invitations`, invitation);
      expect((await invite(member.visitor)).status).toBe(403);
      expect((await invite(admin.visitor)).status).toBe(201);

      expect((await role(member.visitor, idOf(admin.id), "member")).status).toBe(403);
      expect((await role(admin.visitor, ownerId, "member")).status).toBe(403);
      expect((await role(admin.visitor, idOf(member.id), "owner")).status).toBe(403);
      expect((await role(admin.visitor, idOf(member.id), "admin")).status).toBe(200);
      expect((await role(admin.visitor, idOf(member.id), "member")).status).toBe(200);

      const remove = (who: Visitor, of: string) =>
        who.request("POST", `/v1/organizations/${shop}/members/${of}/remove`);
      expect((await remove(member.visitor, idOf(admin.id))).status).toBe(403);
      expect((await remove(admin.visitor, idOf(member.id))).status).toBe(200);
      expect((await member.visitor.request("GET", guarded)).status).toBe(404);
      const erase = (who: Visitor) => who.request("POST", `/v1/organizations/${shop}/delete`);
      expect((await erase(admin.visitor)).status).toBe(403);
      expect((await erase(owner)).status).toBe(200);
      expect((await admin.visitor.request("GET", guarded)).status).toBe(404);
    });

    test("is never left without an owner", async () => {
      const { owner, shop } = await founded();
      const leave = () => owner.request("POST", `/v1/organizations/${shop}/leave`);
      expect(await refusal(leave())).toEqual({ status: 409, code: "sole_owner" });
      const heir = await join(owner, shop, "owner");
      await join(heir.visitor, shop, "member");
      expect((await leave()).status).toBe(200);
      expect(await refusal(heir.visitor.request("POST", "/v1/me/erase", {}))).toEqual({
        status: 409,
        code: "sole_owner",
      });
    });
  });

  describe("an API key", () => {
    const withKey = (key: string) => ({ Authorization: `Bearer ${key}` });
    const made = async (who: Visitor, body: object) =>
      await who.post("/v1/keys", body, createdApiKeySchema);

    test("is told once, and lets a program in with its scopes", async () => {
      const ada = site().visitor();
      const { id } = await ada.signUp();
      const body = { name: "Import", scopes: ["account:read", "orders:read"] };
      const { key, info } = await made(ada, body);
      expect(key).toMatch(/^off_[A-Za-z]{40}$/);
      expect(info).toMatchObject({ name: "Import", start: key.slice(0, 8), scopes: body.scopes });
      const { keys } = await ada.get("/v1/keys", apiKeysSchema);
      expect(keys).toEqual([info]);
      const program = site().visitor();
      for (const headers of [withKey(key), { "X-Api-Key": key }]) {
        const answer = await program.request("GET", "/v1/me", undefined, headers);
        expect(meSchema.parse(await answer.json()).user.id).toBe(id);
      }
      const rows = JSON.stringify(await site().rowsOf("api_key"));
      expect(rows).not.toContain(key);
    });

    test("does not do what its scopes do not say, nor what takes a person", async () => {
      const ada = site().visitor();
      await ada.signUp();
      const { key } = await made(ada, { name: "k", scopes: ["orders:read"] });
      const program = site().visitor();
      const ask = (method: "GET" | "POST", path: string, json?: unknown) =>
        refusal(program.request(method, path, json, withKey(key)));
      expect(await ask("GET", "/v1/me")).toEqual({ status: 403, code: "not_allowed" });
      for (const [path, body] of [
        ["/v1/keys", { name: "more", scopes: ["account:read"] }],
        ["/v1/me/erase", {}],
        ["/v1/me", { name: "Eve" }],
      ] as const)
        expect(await ask("POST", path, body), path).toMatchObject({ status: 403 });
      expect(await ask("GET", "/v1/me/export")).toMatchObject({ status: 403 });
    });

    test("knows when it was last used", async () => {
      const ada = site().visitor();
      await ada.signUp();
      const { key } = await made(ada, { name: "k", scopes: ["account:read"] });
      const lastUse = async () => (await ada.get("/v1/keys", apiKeysSchema)).keys[0]?.lastUsedAt;
      expect(await lastUse()).toBeNull();
      await site().visitor().request("GET", "/v1/me", undefined, withKey(key));
      expect(Date.parse((await lastUse()) ?? "")).toBeGreaterThan(Date.now() - 60_000);
    });

    test("opens nothing any more from the moment it is revoked", async () => {
      const ada = site().visitor();
      await ada.signUp();
      const { key, info } = await made(ada, { name: "k", scopes: ["account:read"] });
      const program = site().visitor();
      const use = () => program.request("GET", "/v1/me", undefined, withKey(key));
      expect((await use()).status).toBe(200);
      expect((await use()).status).toBe(200);
      const eve = site().visitor();
      await eve.signUp();
      const revoke = (who: Visitor) => who.request("POST", `/v1/keys/${info.id}/revoke`);
      expect((await revoke(eve)).status).toBe(404);
      expect((await revoke(ada)).status).toBe(200);
      expect(await refusal(use())).toEqual({ status: 401, code: "token_invalid" });
      expect((await revoke(ada)).status).toBe(404);
      site().redis = "down";
      expect(await refusal(use())).toEqual({ status: 401, code: "token_invalid" });
    });

    test("works with Redis gone, and ends by itself on its day", async () => {
      const ada = site().visitor();
      await ada.signUp();
      const { key } = await made(ada, { name: "k", scopes: ["account:read"], expiresIn_days: 7 });
      const use = () => site().visitor().request("GET", "/v1/me", undefined, withKey(key));
      site().redis = "down";
      expect((await use()).status).toBe(200);
      site().redis = "up";
      expect((await use()).status).toBe(200);
      site().ahead_ms = 8 * 86_400_000;
      expect((await use()).status).toBe(401);
    });

    test("of an organization acts for it, and for no other", async () => {
      const { owner, shop } = await founded();
      const other = await founded();
      const body = { name: "k", scopes: ["orders:read"], organizationId: shop };
      const { key, info } = await made(owner, body);
      expect(info.organizationId).toBe(shop);
      const program = site().visitor();
      const ask = async (path: string) =>
        (await program.request("GET", path, undefined, withKey(key))).status;
      expect(await ask(`/test/orders/${shop}`)).toBe(200);
      expect(await ask(`/test/orders/${other.shop}`)).toBe(404);
      expect(await ask("/v1/me")).toBe(403);
      const member = await join(owner, shop, "member");
      expect(await refusal(member.visitor.request("POST", "/v1/keys", body))).toMatchObject({
        status: 403,
      });
      const admin = await join(owner, shop, "admin");
      const path = `/v1/keys?organizationId=${shop}`;
      expect((await admin.visitor.get(path, apiKeysSchema)).keys).toHaveLength(1);
      await admin.visitor.post(`/v1/keys/${info.id}/revoke`, undefined, doneSchema);
      expect(await ask(`/test/orders/${shop}`)).toBe(401);
    });

    test("of a person acts with their role, and stops when they leave", async () => {
      const { owner, shop } = await founded();
      const admin = await join(owner, shop, "admin");
      const { key } = await made(admin.visitor, { name: "k", scopes: ["orders:read"] });
      const ask = async () =>
        (await site().visitor().request("GET", `/test/orders/${shop}`, undefined, withKey(key)))
          .status;
      expect(await ask()).toBe(200);
      await admin.visitor.post(`/v1/organizations/${shop}/leave`, undefined, doneSchema);
      expect(await ask()).toBe(404);
    });

    test.each([
      "off_",
      `off_${"x".repeat(39)}`,
      `off_${"x".repeat(40)}`,
      `off_${"x".repeat(400)}`,
      "' or 1=1",
    ])("that was made up is refused: %s", async (key) => {
      const answer = site().visitor().request("GET", "/v1/me", undefined, { "X-Api-Key": key });
      expect(await refusal(answer)).toEqual({ status: 401, code: "token_invalid" });
    });
  });

  test("another route's bearer token is not taken for a key", async () => {
    const ada = site().visitor();
    const { id } = await ada.signUp();
    const answer = await ada.request("GET", "/test/identity", undefined, {
      Authorization: "Bearer a.room.token",
    });
    expect(z.looseObject({ type: z.string() }).parse(await answer.json())).toMatchObject({
      type: "user",
      user: { id },
    });
    expect((await ada.get("/v1/me/sessions", sessionsSchema)).sessions).toHaveLength(1);
  });
});

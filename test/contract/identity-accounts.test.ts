import { eq, sql } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { account, session, user } from "../../db/schema/identity.ts";
import { hashPassword } from "../../platform/identity/password.ts";
import {
  currentSessionSchema,
  doneSchema,
  meSchema,
  signedInSchema,
} from "../../protocol/identity/account.ts";
import { onEachSite } from "./identity-site.ts";
import { password, refusal, someEmail } from "./identity-visitor.ts";

onEachSite("accounts", (site) => {
  describe("people", () => {
    test("sign up, are known, sign out, and are not known any more", async () => {
      const ada = site().visitor();
      const email = someEmail();
      const signedUp = await ada.signUp(email.toUpperCase());
      expect(signedUp).toMatchObject({ name: "Ada", email, guest: false, emailVerified: false });
      expect(await ada.get("/v1/me", meSchema)).toEqual({
        user: signedUp,
        operator: false,
        organizations: [],
        sendsMail: true,
      });
      const stolen = ada.copy();
      await ada.post("/v1/auth/sign-out", undefined, doneSchema);
      expect(ada.cookies.size).toBe(0);
      expect(await refusal(ada.request("GET", "/v1/me"))).toMatchObject({
        code: "sign_in_required",
      });
      expect(await refusal(stolen.request("GET", "/v1/me"))).toMatchObject({ status: 401 });
      expect((await ada.signIn(email)).status).toBe(200);
      expect((await ada.get("/v1/me", meSchema)).user.id).toBe(signedUp.id);
    });

    test("are told apart from nobody by pages, which ask without an error", async () => {
      const ada = site().visitor();
      expect(await ada.get("/v1/auth/session", currentSessionSchema)).toEqual({ me: null });
      const { id } = await ada.signUp();
      const { me } = await ada.get("/v1/auth/session", currentSessionSchema);
      expect(me?.user.id).toBe(id);
    });

    test("get a cookie that scripts cannot read, and no token in any answer", async () => {
      const ada = site().visitor();
      const email = someEmail();
      await ada.signUp(email);
      const [cookie = ""] = ada.setCookies.filter((line) => line.includes("session_token"));
      expect(cookie).toMatch(/^offrail\.session_token=/);
      for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/"])
        expect(cookie).toContain(attribute);
      const [row] = await site()
        .db.select()
        .from(session)
        .where(eq(session.userAgent, "Visitor/1"));
      const response = await ada.signIn(email);
      expect(await response.text()).not.toContain(row?.token ?? "no row");
    });

    test("get a cookie for this host alone where the site is secure", async () => {
      const ada = { name: "Ada", email: someEmail(), password };
      const at = "https://offrail.example";
      const headers = { "Content-Type": "application/json", Origin: at };
      const init = { method: "POST", headers, body: JSON.stringify(ada) };
      const response = await site().request("/v1/auth/sign-up", init, at);
      const [cookie = ""] = response.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-offrail\.session_token=/);
      expect(cookie).toMatch(/; Secure/);
      expect(cookie).not.toMatch(/Domain/i);
      const shown = { headers: { Cookie: cookie.split(";")[0] ?? "" } };
      expect((await site().request("/v1/me", shown, at)).status).toBe(200);
    });

    test("are served without a word to anybody but Redis and Postgres", async () => {
      const fetch = vi.spyOn(globalThis, "fetch");
      const ada = site().visitor();
      const email = someEmail();
      await ada.signUp(email);
      await ada.signIn(email);
      const hosts = new Set(fetch.mock.calls.map(([url]) => new URL(String(url)).hostname));
      fetch.mockRestore();
      expect([...hosts]).toEqual(["127.0.0.1"]);
    });

    test("cannot have one address twice, not even at the same moment", async () => {
      const email = someEmail();
      await site().visitor().signUp(email);
      const again = { name: "Eve", email, password };
      const eve = site().visitor();
      expect(await refusal(eve.request("POST", "/v1/auth/sign-up", again))).toEqual({
        status: 409,
        code: "account_exists",
      });
      const both = { name: "Bob", email: someEmail(), password };
      const answers = await Promise.all(
        [site().visitor(), site().visitor()].map((bob) =>
          bob.request("POST", "/v1/auth/sign-up", both),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    });

    test("can take an address at which somebody's sign-up once broke off in the middle", async () => {
      const email = someEmail();
      await site().db.insert(user).values({ id: "half-made-user", name: "Half", email });
      const ada = { name: "Ada", email, password };
      const visitor = site().visitor();
      expect((await visitor.request("POST", "/v1/auth/sign-up", ada)).status).toBe(409);
      await site()
        .db.update(user)
        .set({ createdAt: sql`now() - interval '2 minutes'` })
        .where(eq(user.email, email));
      expect((await visitor.request("POST", "/v1/auth/sign-up", ada)).status).toBe(201);
    });

    test("get the same answer for a wrong password and for an address nobody has", async () => {
      const email = someEmail();
      await site().visitor().signUp(email);
      const eve = site().visitor();
      const wrong = await eve.signIn(email, "not the password");
      const unknown = await eve.signIn(someEmail(), "not the password");
      const strip = async (response: Response) => {
        const { requestId: _, ...rest } = (await response.json()) as Record<string, unknown>;
        return rest;
      };
      expect(wrong.status).toBe(401);
      expect(await strip(wrong)).toEqual(await strip(unknown));
      expect(eve.cookies.size).toBe(0);
    });

    test("have an outdated hash made anew when they sign in", async () => {
      const ada = site().visitor();
      const email = someEmail();
      const { id } = await ada.signUp(email);
      const old = await hashPassword(password, { ln: 10, r: 8, p: 1 });
      const { db } = site();
      await db.update(account).set({ password: old }).where(eq(account.userId, id));
      expect((await ada.signIn(email)).status).toBe(200);
      await expect
        .poll(
          async () => (await db.select().from(account).where(eq(account.userId, id)))[0]?.password,
          {
            timeout: 10_000,
          },
        )
        .toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
      expect((await ada.signIn(email)).status).toBe(200);
    });

    test("change their name, and every session knows it at once", async () => {
      const ada = site().visitor();
      const email = someEmail();
      await ada.signUp(email);
      const phone = site().visitor();
      await phone.signIn(email);
      await ada.post("/v1/me", { name: "Ada Lovelace" }, signedInSchema);
      expect((await ada.get("/v1/me", meSchema)).user.name).toBe("Ada Lovelace");
      expect((await phone.get("/v1/me", meSchema)).user.name).toBe("Ada Lovelace");
    });

    test("stay signed in while they come back, and not otherwise", async () => {
      const ada = site().visitor();
      const { id } = await ada.signUp();
      const { db } = site();
      const expiry = async () =>
        (await db.select().from(session).where(eq(session.userId, id)))[0]?.expiresAt.getTime() ??
        0;
      const first = await expiry();
      await ada.get("/v1/me", meSchema);
      expect(await expiry()).toBe(first);
      const earlier = new Date(first - 2 * 86_400_000);
      await db.update(session).set({ expiresAt: earlier }).where(eq(session.userId, id));
      await site().forgetCopies();
      await ada.get("/v1/me", meSchema);
      expect(await expiry()).toBeGreaterThan(earlier.getTime());
      expect(ada.setCookies.some((line) => line.includes("session_token"))).toBe(true);
      site().ahead_ms = 40 * 86_400_000;
      expect((await ada.request("GET", "/v1/me")).status).toBe(401);
    });
  });

  describe("guests", () => {
    test("become accounts and keep what they made", async () => {
      const visitor = site().visitor();
      const guest = await visitor.post("/v1/auth/guest", { name: "Somebody" }, signedInSchema);
      expect(guest.user).toMatchObject({ guest: true, email: null, name: "Somebody" });
      await site().addNote(guest.user.id, "made as a guest");
      const account = await visitor.signUp();
      expect(account.id).not.toBe(guest.user.id);
      expect(await site().notesOf(account.id)).toEqual(["made as a guest"]);
      expect(await site().notesOf(guest.user.id)).toEqual([]);
      const left = await site().db.select().from(user).where(eq(user.id, guest.user.id));
      expect(left).toEqual([]);
      expect((await visitor.get("/v1/me", meSchema)).user).toEqual(account);
    });

    test("bring what they made to the account they already have", async () => {
      const email = someEmail();
      const ada = await site().visitor().signUp(email);
      await site().addNote(ada.id, "older");
      const visitor = site().visitor();
      const guest = await visitor.post("/v1/auth/guest", {}, signedInSchema);
      await site().addNote(guest.user.id, "newer");
      expect((await visitor.signIn(email)).status).toBe(200);
      expect(await site().notesOf(ada.id)).toEqual(["newer", "older"]);
    });

    test("lose nothing when it cannot be handed over: they stay guests, and try again", async () => {
      const { db } = site();
      const email = someEmail();
      const ada = await site().visitor().signUp(email);
      const visitor = site().visitor();
      const guest = await visitor.post("/v1/auth/guest", {}, signedInSchema);
      await site().addNote(guest.user.id, "precious");
      await db.execute(sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'not now'; end $$`);
      await db.execute(sql`create trigger stuck before update on note_of_user
      execute function refuse()`);
      expect(await refusal(visitor.signIn(email))).toEqual({ status: 503, code: "unavailable" });
      expect(await site().notesOf(guest.user.id)).toEqual(["precious"]);
      expect((await visitor.get("/v1/me", meSchema)).user.id).toBe(guest.user.id);
      await db.execute(sql`drop trigger stuck on note_of_user`);
      await db.execute(sql`drop function refuse()`);
      expect((await visitor.signIn(email)).status).toBe(200);
      expect(await site().notesOf(ada.id)).toEqual(["precious"]);
    });

    test("stay who they are when they come again", async () => {
      const visitor = site().visitor();
      const first = await visitor.post("/v1/auth/guest", {}, signedInSchema);
      const second = await visitor.post("/v1/auth/guest", {}, signedInSchema);
      expect(second.user.id).toBe(first.user.id);
    });

    test("have no keys and no organizations", async () => {
      const visitor = site().visitor();
      await visitor.post("/v1/auth/guest", {}, signedInSchema);
      const shop = { name: "Shop", slug: "a-shop-of-nobody", kind: "shop" };
      for (const [path, body] of [
        ["/v1/organizations", shop],
        ["/v1/keys", { name: "k", scopes: ["account:read"] }],
      ] as const)
        expect(await refusal(visitor.request("POST", path, body))).toMatchObject({ status: 403 });
    });
  });
});

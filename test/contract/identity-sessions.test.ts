import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { session } from "../../db/schema/identity.ts";
import {
  doneSchema,
  meSchema,
  revokedSchema,
  sessionsSchema,
} from "../../protocol/identity/account.ts";
import { onSite } from "./identity-site.ts";
import { password, refusal, someEmail, Visitor } from "./identity-visitor.ts";

const identitySchema = z.looseObject({ type: z.string() });

onSite("sessions", (site) => {
  test("are listed, and one of them is ended at once", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    const phone = site().visitor();
    await phone.signIn(email);
    await phone.get("/v1/me", meSchema);
    const { sessions } = await ada.get("/v1/me/sessions", sessionsSchema);
    expect(sessions.map(({ current }) => current)).toEqual([false, true]);
    expect(sessions[0]).toMatchObject({
      ipAddress: expect.stringContaining("2001:"),
      userAgent: "Visitor/1",
    });
    const path = `/v1/me/sessions/${sessions[0]?.id}/revoke`;
    expect(await ada.post(path, undefined, revokedSchema)).toEqual({ revoked: 1 });
    expect((await phone.request("GET", "/v1/me")).status).toBe(401);
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
    expect(await refusal(ada.request("POST", path))).toEqual({ status: 404, code: "not_found" });
  });

  test("of somebody else cannot be ended", async () => {
    const ada = site().visitor();
    await ada.signUp();
    const { sessions } = await ada.get("/v1/me/sessions", sessionsSchema);
    const eve = site().visitor();
    await eve.signUp();
    const path = `/v1/me/sessions/${sessions[0]?.id}/revoke`;
    expect((await eve.request("POST", path)).status).toBe(404);
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
  });

  test("other than this one are ended together", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    const others = [site().visitor(), site().visitor()];
    for (const other of others) {
      await other.signIn(email);
      await other.get("/v1/me", meSchema);
    }
    expect(await ada.post("/v1/me/sessions/revoke-others", undefined, revokedSchema)).toEqual({
      revoked: 2,
    });
    for (const other of others) expect((await other.request("GET", "/v1/me")).status).toBe(401);
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
  });

  test("come from Redis, and from Postgres when Redis has forgotten or is gone", async () => {
    const ada = site().visitor();
    const { id } = await ada.signUp();
    site().postgres = "down";
    expect(await ada.get("/test/identity", identitySchema)).toMatchObject({ user: { id } });
    site().postgres = "up";
    await site().forgetCopies();
    expect(await ada.get("/test/identity", identitySchema)).toMatchObject({ user: { id } });
    site().redis = "down";
    expect(await ada.get("/v1/me", meSchema)).toMatchObject({ user: { id } });
    expect((await ada.get("/v1/me/sessions", sessionsSchema)).sessions).toHaveLength(1);
    site().postgres = "down";
    expect(await refusal(ada.request("GET", "/test/identity"))).toMatchObject({
      status: 503,
      code: "unavailable",
    });
  });

  test("can be left with Redis gone, but no other is said to be ended for certain", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    const phone = site().visitor();
    await phone.signIn(email);
    await phone.get("/v1/me", meSchema);
    const { sessions } = await ada.get("/v1/me/sessions", sessionsSchema);
    const other = sessions.find(({ current }) => !current)?.id;
    const { db } = site();
    site().redis = "down";
    // The routes' own limits fail closed before that; what counts is that nothing is half done.
    expect(await refusal(ada.request("POST", `/v1/me/sessions/${other}/revoke`))).toMatchObject({
      status: 503,
    });
    site().redis = "up";
    expect((await phone.request("GET", "/v1/me")).status).toBe(200);
    site().redis = "down";
    await phone.post("/v1/auth/sign-out", undefined, doneSchema);
    expect(phone.cookies.size).toBe(0);
    const rows = await db
      .select()
      .from(session)
      .where(eq(session.id, other ?? ""));
    expect(rows).toEqual([]);
  });

  test("begin anew in a browser whose last one was ended from elsewhere", async () => {
    const [ada, phone] = [site().visitor(), site().visitor()];
    const email = someEmail();
    await ada.signUp(email);
    await phone.signIn(email);
    await ada.post("/v1/me/sessions/revoke-others", undefined, revokedSchema);
    // The phone's cookie is still there, and stands for a session that is over.
    expect((await phone.signIn(email)).status).toBe(200);
    expect((await phone.get("/v1/me", meSchema)).user.email).toBe(email);
  });

  test("are what requests are counted by, not the address that people share", async () => {
    const ada = site().visitor();
    await ada.signUp();
    const bob = new Visitor(ada.address, (path, init) => site().request(path, init));
    await bob.signUp();
    const left = async (visitor: Visitor) => {
      const { headers } = await visitor.request("GET", "/v1/me");
      expect(headers.get("RateLimit-Policy")).toMatch(/^"signed_in";/);
      return Number(headers.get("RateLimit-Remaining"));
    };
    const before = await left(ada);
    expect(await left(ada)).toBe(before - 1);
    expect(await left(bob)).toBeGreaterThan(before - 1);
  });

  test("are not made for a page of another site", async () => {
    const email = someEmail();
    const ada = site().visitor();
    await ada.signUp(email);
    const foreign = { Origin: "https://evil.example" };
    const body = { email, password };
    const answers = [
      ada.request("POST", "/v1/auth/sign-in", body, foreign),
      site().visitor().request("POST", "/v1/auth/sign-in", body, foreign),
      ada.request("POST", "/v1/me/erase", {}, foreign),
      ada.request("POST", "/v1/me/erase", {}, { Origin: "null" }),
      ada.request(
        "POST",
        "/v1/me",
        { name: "Eve" },
        { ...foreign, "Sec-Fetch-Site": "cross-site" },
      ),
    ];
    for (const answer of answers)
      expect(await refusal(answer)).toEqual({ status: 403, code: "not_allowed" });
    expect((await ada.get("/v1/me", meSchema)).user.name).toBe("Ada");
  });

  test("cannot be made up, nor signed by another", async () => {
    const visitor = site().visitor();
    for (const value of ["x", "x.y", `${"t".repeat(32)}.${"A".repeat(43)}%3D`, "%", "%00"]) {
      visitor.cookies.set("offrail.session_token", value);
      expect((await visitor.request("GET", "/v1/me")).status, value).toBe(401);
    }
  });
});

import { describe, expect, test } from "vitest";
import { doneSchema, meSchema } from "../../protocol/identity/account.ts";
import { operatorSchema, operatorsSchema } from "../../protocol/identity/operator.ts";
import { onSite, opsToken } from "./identity-site.ts";
import { refusal, someEmail, type Visitor } from "./identity-visitor.ts";

const byToken = { Authorization: `Bearer ${opsToken}` };

onSite("operators", (site) => {
  /** Makes an account by the token, as the first operator is made. */
  const promote = async (email: string) => {
    const visitor = site().visitor();
    return await visitor.request("POST", "/v1/operators", { email }, byToken);
  };
  const account = async (): Promise<{ visitor: Visitor; email: string; id: string }> => {
    const visitor = site().visitor();
    const email = someEmail();
    const { id } = await visitor.signUp(email);
    await site().confirm(email);
    return { visitor, email, id };
  };

  describe("an operator", () => {
    test("is made with the token, and sees so in the session they have", async () => {
      const { visitor, email, id } = await account();
      expect((await visitor.get("/v1/me", meSchema)).operator).toBe(false);
      expect(await refusal(visitor.request("GET", "/v1/operators"))).toEqual({
        status: 403,
        code: "not_allowed",
      });
      const made = await promote(email);
      expect(operatorSchema.parse(await made.json())).toEqual({ id, name: "Ada", email });
      expect((await visitor.get("/v1/me", meSchema)).operator).toBe(true);
      const { operators } = await visitor.get("/v1/operators", operatorsSchema);
      expect(operators).toContainEqual({ id, name: "Ada", email });
    });

    test("makes others, and is still one after signing in anew", async () => {
      const [ada, bob] = [await account(), await account()];
      await promote(ada.email);
      await ada.visitor.post("/v1/operators", { email: bob.email }, operatorSchema);
      const elsewhere = site().visitor();
      expect((await elsewhere.signIn(bob.email)).status).toBe(200);
      expect((await elsewhere.get("/v1/me", meSchema)).operator).toBe(true);
    });

    test("who is removed is signed out everywhere at once, and is an ordinary account", async () => {
      const [ada, bob] = [await account(), await account()];
      await promote(ada.email);
      await promote(bob.email);
      await bob.visitor.get("/v1/operators", operatorsSchema);
      await ada.visitor.post(`/v1/operators/${bob.id}/remove`, undefined, doneSchema);
      expect((await refusal(bob.visitor.request("GET", "/v1/operators"))).status).toBe(401);
      expect((await bob.visitor.signIn(bob.email)).status).toBe(200);
      expect((await bob.visitor.get("/v1/me", meSchema)).operator).toBe(false);
      expect((await refusal(bob.visitor.request("GET", "/v1/operators"))).status).toBe(403);
    });

    test("is nobody who says so at sign-up or of their own row", async () => {
      const visitor = site().visitor();
      const person = { name: "Eve", email: someEmail(), password: "a long enough password" };
      await visitor.request("POST", "/v1/auth/sign-up", { ...person, operator: true });
      await visitor.request("POST", "/v1/me", { name: "Eve", operator: true });
      expect((await visitor.get("/v1/me", meSchema)).operator).toBe(false);
    });

    test("needs an account with a confirmed address", async () => {
      expect(await refusal(promote(someEmail()))).toEqual({ status: 404, code: "not_found" });
      const email = someEmail();
      await site().visitor().signUp(email);
      expect(await refusal(promote(email))).toEqual({ status: 403, code: "not_allowed" });
    });
  });

  test("a wrong token is judged by itself, whoever is signed in beside it", async () => {
    const { visitor, email } = await account();
    await promote(email);
    const wrong = { Authorization: "Bearer this-is-not-the-token" };
    expect(await refusal(visitor.request("GET", "/v1/operators", undefined, wrong))).toEqual({
      status: 401,
      code: "token_invalid",
    });
  });

  test("strangers, guests and API keys are none", async () => {
    const stranger = site().visitor();
    expect(await refusal(stranger.request("GET", "/v1/operators"))).toEqual({
      status: 401,
      code: "sign_in_required",
    });
    await stranger.request("POST", "/v1/auth/guest", {});
    expect((await refusal(stranger.request("GET", "/v1/operators"))).status).toBe(403);
  });

  test("with Redis down nobody is removed, for nobody could be sure of it", async () => {
    const [ada, bob] = [await account(), await account()];
    await promote(ada.email);
    await promote(bob.email);
    site().redis = "down";
    const removal = ada.visitor.request("POST", `/v1/operators/${bob.id}/remove`);
    expect((await refusal(removal)).status).toBe(503);
    site().redis = "up";
    expect((await bob.visitor.get("/v1/me", meSchema)).operator).toBe(true);
  });
});

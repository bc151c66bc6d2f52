import { expect, test } from "vitest";
import { readKeptMails } from "../../platform/identity/mailer.ts";
import { doneSchema, meSchema } from "../../protocol/identity/account.ts";
import { onSite } from "./identity-site.ts";
import { password, refusal, someEmail } from "./identity-visitor.ts";

onSite("passwords", (site) => {
  const mailTo = async (to: string) => {
    return (await readKeptMails(site().redisClient)).filter((mail) => mail.to === to);
  };
  const tokenIn = (text = "") => decodeURIComponent(/token=(\S+)/.exec(text)?.[1] ?? "");

  test("are changed by who knows them, which ends all other sessions", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    const phone = site().visitor();
    await phone.signIn(email);
    const next = "an even longer password";
    const change = (current: string) =>
      ada.request("POST", "/v1/auth/password/change", { current, password: next });
    expect(await refusal(change("not the password"))).toMatchObject({
      code: "credentials_invalid",
    });
    expect((await phone.request("GET", "/v1/me")).status).toBe(200);
    expect((await change(password)).status).toBe(200);
    expect((await phone.request("GET", "/v1/me")).status).toBe(401);
    expect((await ada.request("GET", "/v1/me")).status).toBe(200);
    expect((await site().visitor().signIn(email)).status).toBe(401);
    expect((await site().visitor().signIn(email, next)).status).toBe(200);
  });

  test("are reset by mail, once, which ends all sessions", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    await ada.get("/v1/me", meSchema);
    const stranger = site().visitor();
    const ask = (to: string) =>
      stranger.post("/v1/auth/password/forgot", { email: to }, doneSchema);
    await ask(someEmail());
    await ask(email);
    const reset = () =>
      expect.poll(async () =>
        (await mailTo(email)).find(({ subject }) => /new password/.test(subject)),
      );
    await reset().toBeDefined();
    const mail = (await mailTo(email)).find(({ subject }) => /new password/.test(subject));
    expect(mail?.text).toContain("http://localhost:8787/reset-password?token=");
    const body = { token: tokenIn(mail?.text), password: "an even longer password" };
    const use = () => stranger.request("POST", "/v1/auth/password/reset", body);
    expect((await use()).status).toBe(200);
    expect(await refusal(use())).toEqual({ status: 401, code: "token_invalid" });
    expect((await ada.request("GET", "/v1/me")).status).toBe(401);
    expect((await ada.signIn(email, body.password)).status).toBe(200);
  });

  test("of others cannot be reset with a token that was made up", async () => {
    const body = { token: "x".repeat(24), password: "an even longer password" };
    const eve = site().visitor();
    expect(await refusal(eve.request("POST", "/v1/auth/password/reset", body))).toMatchObject({
      code: "token_invalid",
    });
  });

  test("are tried on one account only so often, wherever from", async () => {
    const email = someEmail();
    await site().visitor().signUp(email);
    const codes: string[] = [];
    for (let at = 0; at < 31; at += 1)
      codes.push((await refusal(site().visitor().signIn(email, "guess number one"))).code);
    expect(codes.slice(0, 30)).toEqual(Array(30).fill("credentials_invalid"));
    expect(codes[30]).toBe("rate_limited");
  }, 120_000);

  test("an address is confirmed by the link that was sent to it", async () => {
    const ada = site().visitor();
    const email = someEmail();
    await ada.signUp(email);
    await expect.poll(() => mailTo(email)).toHaveLength(1);
    const [mail] = await mailTo(email);
    const confirm = (token: string) => ada.request("POST", "/v1/auth/email/verify", { token });
    expect(await refusal(confirm("made.up.token"))).toMatchObject({ code: "token_invalid" });
    expect((await confirm(tokenIn(mail?.text))).status).toBe(200);
    expect((await ada.get("/v1/me", meSchema)).user.emailVerified).toBe(true);
  });
});

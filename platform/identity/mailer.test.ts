import { afterEach, describe, expect, test, vi } from "vitest";
import { createHttpMailer } from "./mailer.ts";

const mail = { to: "ada@example.com", subject: "Hello", text: "A line.\nAnother." };
const mailer = createHttpMailer({ url: "https://mail.test/send", token: "t", from: "us@test" });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a mail", () => {
  test("is handed to the service as JSON, with its token", async () => {
    const fetch = vi
      .spyOn(globalThis, "fetch")
      .mockResolvedValue(Response.json({ id: "1" }, { status: 202 }));
    await mailer.send(mail);
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe("https://mail.test/send");
    expect(new Headers(init?.headers).get("Authorization")).toBe("Bearer t");
    expect(JSON.parse(String(init?.body))).toEqual({ from: "us@test", ...mail });
  });

  test("that the service refuses is an error that tells nothing of it", async () => {
    vi.spyOn(globalThis, "fetch").mockResolvedValue(
      new Response("bad ada@example.com", { status: 422 }),
    );
    await expect(mailer.send(mail)).rejects.toThrow(/^the mail service answered with 422$/);
  });
});

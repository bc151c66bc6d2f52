import { expect, test } from "vitest";
import { tokenKeysSchema } from "./keys.ts";

const secret = "x".repeat(32);

test("one or two keys are read in their order", () => {
  expect(tokenKeysSchema.parse(`b:${secret}, a:${secret}y`)).toEqual([
    { id: "b", secret },
    { id: "a", secret: `${secret}y` },
  ]);
});

test.each([
  ["nothing", undefined],
  ["an empty text", ""],
  ["three keys", `a:${secret},b:${secret},c:${secret}`],
  ["a short secret", "a:short"],
  ["no id", `:${secret}`],
  ["no secret", "a"],
  ["a secret with a colon", `a:${secret}:x`],
])("%s is refused, and the message repeats no secret", (_what, text) => {
  const parsed = tokenKeysSchema.safeParse(text);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.message).not.toContain(secret);
});

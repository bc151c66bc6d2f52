import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Personal } from "./personal.ts";
import { Secret } from "./secret.ts";

const planted = "hunter2-hunter2";

describe.each([
  ["a secret", new Secret(planted), "[secret]"],
  ["something personal", new Personal(planted), "[personal]"],
])("%s", (_what, value, shown) => {
  test("is given by `reveal` alone", () => {
    expect(value.reveal()).toBe(planted);
  });

  test("shows only that it is there, however it is written", () => {
    expect(JSON.stringify({ value })).toBe(`{"value":"${shown}"}`);
    expect(`${value}`).toBe(shown);
    expect(inspect({ deep: { value } }, { depth: 9, showHidden: true })).not.toContain(planted);
    expect(JSON.stringify(Object.entries(value))).not.toContain(planted);
    expect(JSON.stringify({ ...value })).not.toContain(planted);
    expect(JSON.stringify(structuredClone({ ...value }))).not.toContain(planted);
    expect(Object.getOwnPropertyNames(value)).toEqual([]);
  });
});

test("one person has one hash for one key, and nobody else has it", async () => {
  const anna = new Personal("anna@example.com");
  const hash = await anna.hash("key");
  expect(hash).toMatch(/^[\w-]{12}$/);
  expect(await new Personal("anna@example.com").hash("key")).toBe(hash);
  expect(await new Personal("bert@example.com").hash("key")).not.toBe(hash);
  expect(await anna.hash("other key")).not.toBe(hash);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;
const idsIn = (text: string) => new Set(text.match(/\bA-[A-Z]+-\d+\b/g));

test("every rule of the specification is proven by a test that names it, and no other is named", () => {
  const rules = idsIn(readFileSync(join(here, "SPEC.md"), "utf8"));
  const tests = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const named = idsIn(tests.map((file) => readFileSync(join(here, file), "utf8")).join("\n"));
  expect([...named].sort()).toEqual([...rules].sort());
});

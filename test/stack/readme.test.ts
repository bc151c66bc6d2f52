import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { dataFolder } from "./processes.ts";

const readme = readFileSync(join(resolve(import.meta.dirname, "../.."), "README.md"), "utf8");
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) =>
  (match[1] ?? "").trim().split("\n"),
);
const curls = commands.filter((line) => line.startsWith("curl "));
const bills = commands.filter((line) => line.startsWith("npm run cost "));
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl && process.env.CI) throw new Error("CI must have curl to try the README's commands");
if (!hasCurl) console.warn("curl is not installed: the README's curl commands are not tried");

let folder: Awaited<ReturnType<typeof dataFolder>>;
let stack: Stack;
beforeAll(async () => {
  folder = await dataFolder();
  stack = await startStack({ folder: folder.path, ports: { site: 0, redis: 0, postgres: 0 } });
});
afterAll(async () => {
  await stack?.stop();
  await folder.remove();
});

test("the README shows commands to try", () => {
  expect(curls.length).toBeGreaterThanOrEqual(3);
});

test.skipIf(!hasCurl).each(curls)("%s", (command) => {
  const here = command
    .replace("curl ", "curl --silent --fail ")
    .replaceAll("http://localhost:8787", stack.url);
  const { status, stdout } = spawnSync("/bin/sh", ["-c", here], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(() => JSON.parse(stdout)).not.toThrow();
});

test("the README shows how to ask for a bill", () => {
  expect(bills.length).toBeGreaterThanOrEqual(1);
});

test.each(bills)("%s", (command) => {
  const { status, stdout } = spawnSync("/bin/sh", ["-c", command], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toMatch(/is cheaper by \$/);
});

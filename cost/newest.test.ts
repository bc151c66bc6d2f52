import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newestMeasurement } from "./newest.ts";
import { easyMeasurement } from "./testing/easy.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "offrail-results-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, content: unknown) =>
  writeFile(join(folder, name), JSON.stringify(content));

test("of several measurements the newest counts, and other files do not", async () => {
  await put("2026-02-03.json", { ...easyMeasurement, date: "2026-02-03" });
  await put("2026-11-01.json", { ...easyMeasurement, date: "2026-11-01" });
  await put("notes.json", {});
  expect((await newestMeasurement(folder))?.date).toBe("2026-11-01");
});

test("where nobody measured there is nothing, and no folder is needed to say so", async () => {
  expect(await newestMeasurement(folder)).toBeUndefined();
  expect(await newestMeasurement(join(folder, "never-made"))).toBeUndefined();
});

test("a file that is not a measurement is refused, not skipped", async () => {
  await put("2026-11-01.json", { date: "2026-11-01" });
  await expect(newestMeasurement(folder)).rejects.toThrow(/machine/);
});

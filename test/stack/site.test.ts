import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What suites and `npm start` have built, for whatever environment they run in. */
const site = resolve(import.meta.dirname, "../../dist/site");
const start_gzip_bytes_max = 110_000;

test("the site is built as a deploy builds it, without what helps React's developers", async () => {
  const assets = await readdir(resolve(site, "assets"));
  const scripts = assets.filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(10);
  for (const name of scripts)
    expect(await readFile(resolve(site, "assets", name), "utf8"), name).not.toContain("jsxDEV");
});

test("what every page begins with is small", async () => {
  const page = await readFile(resolve(site, "index.html"), "utf8");
  const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  expect(files.length).toBeGreaterThan(3);
  let gzip_bytes = 0;
  for (const path of files) gzip_bytes += gzipSync(await readFile(`${site}${path}`)).length;
  console.log(`every page begins with ${gzip_bytes} bytes, gzipped`);
  expect(gzip_bytes).toBeLessThan(start_gzip_bytes_max);
});

import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { cycleIn, importsOf, packagesOf, sourceFiles, violationOf } from "./imports.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the import rule", async () => {
  const files = await sourceFiles(root);
  const edges = [...files].flatMap(([file, source]) => importsOf(file, source));

  test("sees the whole house", () => {
    expect(files.size).toBeGreaterThan(30);
    expect(edges.length).toBeGreaterThan(files.size / 2);
  });

  test("holds for every import in the project", () => {
    expect(edges.map(violationOf).filter((violation) => violation !== undefined)).toEqual([]);
  });

  test("leaves no import cycle", () => {
    expect(cycleIn(edges)).toBeUndefined();
  });

  test("keeps machines free of packages other than zod", () => {
    const machines = [...files].filter(([file]) => /^rooms\/[^/]+\/machine\.ts$/.test(file));
    expect(machines.length).toBeGreaterThan(0);
    for (const [file, source] of machines)
      expect(
        packagesOf(source).filter((name) => name !== "zod"),
        file,
      ).toEqual([]);
  });
});

describe("a planted violation is found", () => {
  const planted: readonly [string, string, string][] = [
    [
      "protocol knows a function",
      "protocol/watch/up.ts",
      'import { x } from "../../functions/app.ts";',
    ],
    ["protocol knows a room's type", "protocol/a.ts", 'import type { X } from "../rooms/room.ts";'],
    [
      "a function names a room class",
      "functions/watch/routes.ts",
      'import { WatchRoom } from "../../rooms/watch/partyserver.ts";',
    ],
    [
      "a room calls a function",
      "rooms/host/partyserver.ts",
      'import { app } from "../../functions/app.ts";',
    ],
    [
      "a machine does I/O",
      "rooms/watch/machine.ts",
      'import { createDb } from "../../db/client.ts";',
    ],
    [
      "a machine knows its host",
      "rooms/watch/machine.ts",
      'import { host } from "../host/partyserver.ts";',
    ],
    [
      "one module knows another",
      "functions/watch/routes.ts",
      'import { match } from "../match/routes.ts";',
    ],
    [
      "one module's query knows another's table",
      "db/queries/watch.ts",
      'import { t } from "../schema/match.ts";',
    ],
    [
      "a page imports a function's code",
      "web/watch/page.tsx",
      'import { app } from "../../functions/app.ts";',
    ],
    [
      "production imports the local stack",
      "functions/app.ts",
      'export * from "../local/stack.ts";',
    ],
    [
      "production loads a test at run time",
      "platform/a.ts",
      'const t = await import("../test/b.ts");',
    ],
    [
      "a page other than the bill's reckons with prices",
      "web/home/page.tsx",
      'import { compare } from "../../cost/compare.ts";',
    ],
    [
      "the bill's page loads the command line",
      "web/cost/page.tsx",
      'import { main } from "../../cost/cli.ts";',
    ],
    [
      "the bill's page reads files",
      "web/cost/page.tsx",
      'import { newestMeasurement } from "../../cost/newest.ts";',
    ],
  ];
  test.each(planted)("%s", (_story, file, source) => {
    expect(importsOf(file, source).map(violationOf)).toEqual([expect.stringContaining(file)]);
  });

  test("a page may know the API by its types", () => {
    const [edge] = importsOf("web/api.ts", 'import type { Api } from "../functions/index.ts";');
    expect(edge && violationOf(edge)).toBeUndefined();
  });

  test("the bill's page may reckon, and the site's build may read the newest results for it", () => {
    const edges = [
      ...importsOf("web/cost/page.tsx", 'import { compare } from "../../cost/compare.ts";'),
      ...importsOf(
        "web/cost/measurement-plugin.ts",
        'import { newestMeasurement } from "../../cost/newest.ts";',
      ),
    ];
    expect(edges.map(violationOf)).toEqual([undefined, undefined]);
  });

  test("a circle of three files", () => {
    const edges = ["a.ts", "b.ts", "c.ts"].flatMap((file, index, all) =>
      importsOf(`web/${file}`, `import "./${all[(index + 1) % 3]}";`),
    );
    expect(cycleIn(edges)).toEqual(["web/a.ts", "web/b.ts", "web/c.ts", "web/a.ts"]);
  });
});

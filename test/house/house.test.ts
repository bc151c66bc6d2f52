import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const packageJson = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const lock = JSON.parse(read("package-lock.json")) as {
  packages: Record<string, { version?: string; resolved?: string; hasInstallScript?: boolean }>;
};

describe("the lockfile", () => {
  test("holds no download address", () => {
    expect(
      Object.values(lock.packages).filter((entry) => entry.resolved?.startsWith("http")),
    ).toEqual([]);
  });

  test("brings one workerd beside PartyKit's", () => {
    const versions = Object.entries(lock.packages)
      .filter(([path]) => path.endsWith("node_modules/workerd"))
      .map(([, entry]) => entry.version?.slice(0, 6));
    expect(versions.sort()).toEqual(["1.2024", "1.2026"]);
  });

  test("runs install scripts only of packages that are allowed to", () => {
    const running = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ""))
      .filter((name) => name !== "fsevents");
    expect([...new Set(running)].filter((name) => !packageJson.allowScripts[name])).toEqual([]);
  });
});

describe("the README", () => {
  const readme = read("README.md");

  test("names every npm script in its table, and none that does not exist", () => {
    const named = [...readme.matchAll(/^\| `npm (?:run )?([\w:]+)/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(Object.keys(packageJson.scripts).sort());
  });

  test("leads only to files and folders that exist", () => {
    const linked = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "");
    const local = linked.filter((target) => !/^https?:/.test(target));
    const coded = [...readme.matchAll(/`([a-z]+\/[\w./<>-]*)`/g)].map((match) => match[1] ?? "");
    const concrete = coded.map((path) => path.replace(/<module>/, "watch"));
    const missing = [...local, ...concrete].filter(
      (path) => !path.startsWith("dist/") && !existsSync(join(root, path)),
    );
    expect(local.length + concrete.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});

test("no text names the folders of one machine or a package registry", () => {
  // Written in pieces, so that this file does not find itself.
  const forbidden = new RegExp(["/wo" + "rk/", "registry\\." + "npmjs", "/ro" + "ot/"].join("|"));
  const texts = textFilesBelow("");
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((file) => forbidden.test(read(file)))).toEqual([]);
});

test("no control is disabled while what it began is under way: focus and keys would be lost", () => {
  const pages = textFilesBelow("web").filter((file) => file.endsWith(".tsx"));
  expect(pages.length).toBeGreaterThan(50);
  const disabling = /\sdisabled=\{[^}]*(isPending|busy|pending)/;
  expect(pages.filter((file) => disabling.test(read(file)))).toEqual([]);
});

const generated = new Set(["node_modules", "dist", ".git", ".local", ".wrangler", ".partykit"]);

function textFilesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : textFilesBelow(path);
    return /\.(ts|tsx|md|json|toml|sql|sh|css|html|yml)$|^run$|^_headers$/.test(entry.name)
      ? [path]
      : [];
  });
}

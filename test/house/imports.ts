import { readdir, readFile } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";

/** One import as it stands in a file. Paths are relative to the project's folder, with slashes. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Modules of the product. None of them knows another. */
const modules = new Set(["watch", "match", "designs", "analytics", "orders"]);

/** Which top-level folders the files of a top-level folder may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  protocol: ["protocol"],
  platform: ["protocol", "platform"],
  db: ["protocol", "db"],
  functions: ["protocol", "platform", "db", "functions"],
  rooms: ["protocol", "platform", "db", "rooms"],
  web: ["protocol", "web"],
  sdk: ["sdk"],
  cost: ["protocol", "cost"],
  baseline: ["protocol", "baseline"],
  local: ["protocol", "platform", "db", "functions", "local"],
  bench: ["protocol", "platform", "db", "cost", "local", "sdk", "bench"],
  test: [
    "protocol",
    "platform",
    "db",
    "functions",
    "rooms",
    "web",
    "cost",
    "local",
    "bench",
    "sdk",
    "test",
  ],
};

/** Files of `cost` that read files or the command line, and the part of the site's build that may. */
const nodeSideOfCost: ReadonlySet<string> = new Set(["cost/cli.ts", "cost/newest.ts"]);
const costPlugin = "web/cost/measurement-plugin.ts";

const statement = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"(\.[^"]+)"/g;
const dynamic = /\bimport\(\s*"(\.[^"]+)"\s*\)/g;
const packageStatement =
  /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?:[^"';]*?\sfrom\s+)?"([^."][^"]*)"/g;

/** The relative imports of one source text. `file` is its path from the project's folder. */
export function importsOf(file: string, source: string): ImportEdge[] {
  const edge = (to: string, typeOnly: boolean): ImportEdge => ({
    from: file,
    to: posix.normalize(posix.join(posix.dirname(file), to.replace(/\?.*$/, ""))),
    typeOnly,
  });
  return [
    ...[...source.matchAll(statement)].map((m) => edge(m[2] ?? "", m[1] !== undefined)),
    ...[...source.matchAll(dynamic)].map((m) => edge(m[1] ?? "", false)),
  ];
}

/** Packages that one source text imports. */
export function packagesOf(source: string): string[] {
  return [...source.matchAll(packageStatement)].map((m) => m[1] ?? "");
}

/** What an import breaks of the house's rule, or undefined when it breaks nothing. */
export function violationOf({ from, to, typeOnly }: ImportEdge): string | undefined {
  const [top = "", ...rest] = from.split("/");
  const [target = ""] = to.split("/");
  if (rest.length === 0 || to.split("/").length === 1) return undefined;
  if (!isAllowed(from, top, to, target, typeOnly)) return `${from} must not import ${to}`;
  const own = moduleOf(from);
  const other = moduleOf(to);
  if (own && other && own !== other) return `${from}: ${own} must not know ${other} (${to})`;
  if (isRoomLogic(from) && target === "rooms" && !isRoomLogic(to) && to !== "rooms/room.ts")
    return `${from} is pure: it may import protocol, rooms/room.ts and its own folder, not ${to}`;
  if (isRoomLogic(from) && target !== "rooms" && target !== "protocol")
    return `${from} is pure: it must not import ${to}`;
  return undefined;
}

function isAllowed(
  from: string,
  top: string,
  to: string,
  target: string,
  typeOnly: boolean,
): boolean {
  if (allowed[top]?.includes(target)) return true;
  // Tests stand beside the code they test and may use the tools for tests.
  if (from.endsWith(".test.ts") && (target === "test" || to.startsWith("platform/testing/")))
    return true;
  // What goes to customers carries none of our code, but knows the messages by their types.
  if (top === "sdk" && target === "protocol") return typeOnly || /^sdk\/testing\//.test(from);
  // The Worker's entry alone names the room classes.
  if (from === "functions/index.ts" && target === "rooms") return true;
  // The SDK ships alone: of the protocol it takes types, which leave nothing behind.
  if (top === "sdk") return target === "protocol" && typeOnly;
  // Pages know the API by its types, and the site's build writes the API's security headers.
  if (top === "web" && target === "functions")
    return typeOnly || (from === "web/vite.config.ts" && to === "functions/headers.ts");
  // One page reckons the bill, in the browser. What reads files stays with the site's build.
  if (from.startsWith("web/cost/") && target === "cost")
    return !nodeSideOfCost.has(to) || (from === costPlugin && to === "cost/newest.ts");
  return false;
}

/** The module a path belongs to: the second folder, or the name of a schema or query file. */
function moduleOf(path: string): string | undefined {
  const parts = path.replace(/\.tsx?$/, "").split("/");
  return parts.slice(1).find((part) => modules.has(part));
}

/** Machines and what they are made of; the shells that fit a machine to a host are not. */
function isRoomLogic(path: string): boolean {
  return (
    /^rooms\/[^/]+\/[^/]+\.ts$/.test(path) &&
    !path.startsWith("rooms/host/") &&
    !/\/(partyserver|partykit)\.ts$/.test(path) &&
    !path.endsWith(".test.ts")
  );
}

/** A cycle among the edges as the files it runs through, or undefined. Type imports do not count. */
export function cycleIn(edges: readonly ImportEdge[]): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of edges)
    if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): readonly string[] | undefined => {
    const at = trail.indexOf(file);
    if (at >= 0) return [...trail.slice(at), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const cycle = visit(to, [...trail, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Every source file of the project with its text. */
export async function sourceFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const top of Object.keys(allowed)) {
    const entries = await readdir(join(root, top), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      if (dirname(path).includes("node_modules")) continue;
      files.set(relative(root, path).replaceAll("\\", "/"), await readFile(path, "utf8"));
    }
  }
  return files;
}

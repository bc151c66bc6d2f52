import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const gzip_bytes_max = 4 * 1024;

const bundled = async (entry: string, platform: "browser" | "node") => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    platform,
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const packages = imported.filter(({ external, path }) => external && !path.startsWith("node:"));
  return { bytes: gzipSync(outputFiles[0]?.contents ?? "").length, packages };
};

test.each([
  ["browser.ts", "browser"],
  ["node.ts", "node"],
] as const)(
  "%s, bundled and gzipped, is under 4 KB and brings no package",
  async (entry, platform) => {
    const { bytes, packages } = await bundled(entry, platform);
    console.log(`sdk ${entry}: sdk_gzip_bytes ${bytes}`);
    expect(bytes).toBeGreaterThan(500);
    expect(bytes).toBeLessThan(gzip_bytes_max);
    expect(packages).toEqual([]);
  },
);

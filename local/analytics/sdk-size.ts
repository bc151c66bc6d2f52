import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The two hosts that the SDK has an entry for. */
export type SdkPlatform = "browser" | "node";

/** What the SDK weighs for one host, and what it would bring along. */
export interface SdkSize {
  /** Bundled, minified and gzipped. */
  readonly gzip_bytes: number;
  /** Packages that it imports; the host's own modules are none. */
  readonly packages: readonly string[];
}

/** Bundles the SDK as a game does that ships it, and weighs it. */
export async function sdkSize(platform: SdkPlatform): Promise<SdkSize> {
  const { outputFiles, metafile } = await build({
    entryPoints: [resolve(import.meta.dirname, `../../sdk/${platform}.ts`)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    platform,
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const packages = imported
    .filter(({ external, path }) => external && !path.startsWith("node:"))
    .map(({ path }) => path);
  return { gzip_bytes: gzipSync(outputFiles[0]?.contents ?? "").length, packages };
}

import { expect, test } from "vitest";
import { sdkSize } from "../../local/analytics/sdk-size.ts";

const gzip_bytes_max = 4 * 1024;

test.each(["browser", "node"] as const)(
  "%s.ts, bundled and gzipped, is under 4 KB and brings no package",
  async (platform) => {
    const { gzip_bytes, packages } = await sdkSize(platform);
    console.log(`sdk ${platform}.ts: sdk_gzip_bytes ${gzip_bytes}`);
    expect(gzip_bytes).toBeGreaterThan(500);
    expect(gzip_bytes).toBeLessThan(gzip_bytes_max);
    expect(packages).toEqual([]);
  },
);

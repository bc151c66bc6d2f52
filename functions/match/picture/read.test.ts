import { describe, expect, test } from "vitest";
import { forAll, type Random } from "../../../platform/testing/random.ts";
import {
  pngChunk,
  resizedJpeg,
  samples,
  withChunk,
  withSegments,
  withWebpChunks,
} from "../testing/pictures.ts";
import { joined } from "./bytes.ts";
import { type Picture, pictureLimits, readPicture } from "./read.ts";

const read = (bytes: Uint8Array): Picture => {
  const picture = readPicture(bytes);
  if (typeof picture === "string") throw new Error(picture);
  return picture;
};
const textIn = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const secret = "GPS 52.5 13.4";

describe("a picture is known by its own bytes", () => {
  test.each([
    ["jpeg", "image/jpeg"],
    ["png", "image/png"],
    ["webpLossy", "image/webp"],
    ["webpLossless", "image/webp"],
    ["webpAlpha", "image/webp"],
  ] as const)("%s is %s, 6 by 4", (name, type) => {
    expect(read(samples[name])).toMatchObject({ type, width_px: 6, height_px: 4 });
  });

  test.each([
    ["a GIF", "GIF89a..............."],
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["an SVG", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["nothing", ""],
    ["another RIFF", "RIFF\u0000\u0000\u0000\u0000WAVEfmt "],
  ])("%s is none", (_what, text) => {
    expect(readPicture(new TextEncoder().encode(text))).toBe("unknown_type");
  });
});

describe("metadata goes, and the picture stays as it was", () => {
  const plain = (name: keyof typeof samples) => read(samples[name]).bytes;

  test("of a JPEG: Exif, XMP, profile, comment, and what follows the end", () => {
    const loaded = joined([
      withSegments(
        samples.jpeg,
        [0xe1, `Exif\u0000\u0000${secret}`],
        [0xe2, `ICC_PROFILE\u0000${secret}`],
        [0xed, secret],
        [0xfe, secret],
      ),
      new TextEncoder().encode(`trailing ${secret}`),
    ]);
    expect(textIn(samples.jpeg)).toContain("Lavc");
    expect(textIn(plain("jpeg"))).not.toContain("Lavc");
    expect(read(loaded).bytes).toEqual(plain("jpeg"));
  });

  test("of a PNG: texts, Exif and animation", () => {
    const content = new TextEncoder().encode(secret);
    for (const name of ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "iCCP", "acTL"])
      expect(read(withChunk(samples.png, pngChunk(name, content))).bytes).toEqual(plain("png"));
    expect(read(joined([samples.png, content])).bytes).toEqual(plain("png"));
  });

  test.each(["webpLossy", "webpLossless", "webpAlpha"] as const)(
    "of a WebP (%s): Exif, XMP and profile",
    (name) => {
      const loaded = withWebpChunks(
        samples[name],
        ["EXIF", secret],
        ["XMP ", secret],
        ["ICCP", "p"],
      );
      expect(read(loaded).bytes).toEqual(plain(name));
    },
  );

  test("and what is kept is read as the same picture again", () => {
    for (const name of ["jpeg", "png", "webpLossy", "webpLossless", "webpAlpha"] as const) {
      const once = read(samples[name]);
      expect(read(once.bytes)).toEqual(once);
    }
  });
});

describe("a picture is refused", () => {
  const { side_px_max, bytes_max } = pictureLimits;

  test("when a side is too long, in whatever direction", () => {
    expect(read(resizedJpeg(samples.jpeg, side_px_max, side_px_max))).toMatchObject({
      width_px: side_px_max,
    });
    for (const [width, height] of [
      [side_px_max + 1, 1],
      [1, side_px_max + 1],
      [65_535, 65_535],
    ] as const)
      expect(readPicture(resizedJpeg(samples.jpeg, width, height))).toBe("too_large_side");
  });

  test("when it has no size at all", () => {
    expect(readPicture(resizedJpeg(samples.jpeg, 0, 4))).toBe("malformed");
    expect(readPicture(resizedJpeg(samples.jpeg, 6, 0))).toBe("malformed");
  });

  test("when too much is left of it without metadata, and not for metadata alone", () => {
    const much = "x".repeat(60_000);
    const loaded = withSegments(samples.jpeg, ...Array(6).fill([0xe1, much] as const));
    expect(loaded.length).toBeGreaterThan(bytes_max);
    expect(read(loaded).bytes.length).toBeLessThan(500);
    const heavy = withChunk(samples.png, pngChunk("IDAT", new Uint8Array(bytes_max)));
    expect(readPicture(heavy)).toBe("too_many_bytes");
  });

  test("when it moves", () => {
    expect(readPicture(samples.webpAnimated)).toBe("malformed");
  });

  test("when a PNG needs what nobody knows", () => {
    expect(readPicture(withChunk(samples.png, pngChunk("QQQQ", new Uint8Array(3))))).toBe(
      "malformed",
    );
  });

  test("when its end is missing, wherever it breaks off", () => {
    for (const name of ["jpeg", "png", "webpLossy", "webpLossless", "webpAlpha"] as const) {
      const whole = samples[name];
      const kept = read(whole).bytes;
      for (let end = 0; end < whole.length; end += 1) {
        const result = readPicture(whole.subarray(0, end));
        // A file may carry more than its picture; then the rest of it is no loss.
        if (typeof result !== "string") expect(result.bytes).toEqual(kept);
      }
    }
  });
});

test("whatever the bytes are, the answer is a fault or a picture within limits", async () => {
  const names = Object.keys(samples) as (keyof typeof samples)[];
  const damaged = (random: Random) => {
    const bytes = Uint8Array.from(samples[random.pick(names)]);
    for (let left = random.below(8); left > 0; left -= 1)
      bytes[random.below(bytes.length)] = random.below(256);
    if (random.next() < 0.3) return bytes.subarray(0, random.below(bytes.length));
    if (random.next() < 0.3) return joined([bytes, bytes.subarray(random.below(bytes.length))]);
    return bytes;
  };
  await forAll(5_000, (random) => {
    const bytes = damaged(random);
    const before = Uint8Array.from(bytes);
    const result = readPicture(bytes);
    expect(bytes).toEqual(before);
    if (typeof result === "string") return;
    expect(result.width_px).toBeGreaterThanOrEqual(1);
    expect(Math.max(result.width_px, result.height_px)).toBeLessThanOrEqual(1_024);
    expect(result.bytes.length).toBeLessThanOrEqual(300_000);
    expect(readPicture(result.bytes)).toEqual(result);
  });
});

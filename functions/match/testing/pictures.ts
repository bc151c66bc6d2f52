import { joined } from "../picture/bytes.ts";

/** Small pictures as real encoders write them, all 6 px wide and 4 px high, for tests. */
export const samples = {
  /** With a comment. */
  jpeg: bytesOf(
    "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABMAAEBAAAAAAAAAAAAAAAAAAAABgEBAQAAAAAAAAAAAAAAAAAABgcQAQAAAAAAAAAAAAAAAAAAAAARAQAAAAAAAAAAAAAAAAAAAAD/wAARCAAEAAYDASIAAhEAAxEA/9oADAMBAAIRAxEAPwCLAE1/f//Z",
  ),
  png: bytesOf(
    "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAIAAAAiZtkUAAAACXBIWXMAAAABAAAAAQBPJcTWAAAAEklEQVR4nGP4z8CAhtD5RAsBAKTRF+lZezHiAAAAAElFTkSuQmCC",
  ),
  webpLossy: bytesOf(
    "UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoGAAQAAgA0JaACdLoB+AADsAD+8Oj3/yC5YXXI1/8gP+QH/ID/+PIAAAA=",
  ),
  webpLossless: bytesOf("UklGRhwAAABXRUJQVlA4TA8AAAAvBcAAAAcQ/Y/+ByKi/wEA"),
  webpAlpha: bytesOf(
    "UklGRmAAAABXRUJQVlA4WAoAAAAQAAAABQAAAwAAQUxQSAoAAAABB9C/iAhERP8DVlA4IDAAAADQAQCdASoGAAQAAgA0JaACdLoB+AADsAD+8MQL/yC5YXXI1/8gP+QH/ID/+PIAAAA=",
  ),
  webpAnimated: bytesOf(
    "UklGRhwBAABXRUJQVlA4WAoAAAACAAAABQAAAwAAQU5JTQYAAAD/////AQBBTk1GegAAAAAAAAAAAAUAAAMAAPQBAAJWUDggYgAAALACAJ0BKgYABAACADQlsAJ0ugDJAMkA/UAEp9tr4AD+5vyDvwHfdkmmaKysTpGf0bi//jwP4XIhmeuryFwXs/Z/mfxi2H6VT3yyuvbwXf+DFQIhpz7wv5I6k+iIWV8cAAAAQU5NRm4AAAAAAAABAAAFAAABAAD0AQAAVlA4IFYAAADUAgCdASoGAAIAAAA0JagCdLoAyQDJAP0ABUY4wD4AAPZ3+nR7XAdq8JOHBAEbKqJmg74KLx2wGxPaNcG/QOe0a6n/x2+OAMtn/6DvvJ0GBls/04AAAA==",
  ),
} as const;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

const text = (value: string) => new TextEncoder().encode(value);
const bigEndian = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => (value >>> (8 * (length - 1 - at))) & 0xff);
const littleEndian = (value: number) => bigEndian(value, 4).reverse();

/** A JPEG with segments put right behind its beginning, as cameras do. */
export function withSegments(
  jpeg: Uint8Array,
  ...segments: readonly (readonly [code: number, content: string])[]
): Uint8Array<ArrayBuffer> {
  const parts = segments.flatMap(([code, content]) => [
    Uint8Array.of(0xff, code),
    bigEndian(text(content).length + 2, 2),
    text(content),
  ]);
  return joined([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
}

/** A JPEG that says it is of another size. */
export function resizedJpeg(jpeg: Uint8Array, width: number, height: number) {
  const bytes = Uint8Array.from(jpeg);
  const at = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
  bytes.set(bigEndian(height, 2), at + 5);
  bytes.set(bigEndian(width, 2), at + 7);
  return bytes;
}

/** A PNG chunk. Its checksum is none: no reader of ours asks. */
export function pngChunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([bigEndian(content.length, 4), text(name), content, new Uint8Array(4)]);
}

/** A PNG with a chunk put behind its header. */
export function withChunk(png: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** A WebP with chunks put at its end, and announced. */
export function withWebpChunks(
  webp: Uint8Array,
  ...chunks: readonly (readonly [name: string, content: string])[]
): Uint8Array<ArrayBuffer> {
  const parts = chunks.flatMap(([name, content]) => {
    const bytes = text(content);
    return [text(name), littleEndian(bytes.length), bytes, new Uint8Array(bytes.length % 2)];
  });
  const whole = joined([webp, ...parts]);
  whole.set(littleEndian(whole.length - 8), 4);
  return whole;
}

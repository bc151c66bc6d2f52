import { joined, nameAt, viewOf } from "./bytes.ts";
import type { ParsedPicture } from "./read.ts";

const riff_bytes = 12;
const chunkHead_bytes = 8;
const alphaFlag = 0x10;
const animationFlag = 0x02;

interface Size {
  readonly width_px: number;
  readonly height_px: number;
}

/**
 * Reads a WebP (RFC 9649) chunk by chunk. Only what the picture is made of stays: the coded picture,
 * and its alpha channel with the header that announces it. Animations are refused.
 * @returns undefined for a file that is not whole
 */
export function readWebp(bytes: Uint8Array): ParsedPicture | undefined {
  if (bytes.length < riff_bytes) return undefined;
  const end = Math.min(bytes.length, chunkHead_bytes + viewOf(bytes).getUint32(4, true));
  const chunks = chunksOf(bytes.subarray(0, end));
  const head = chunks?.get("VP8X");
  const alpha = chunks?.get("ALPH");
  const lossy = chunks?.get("VP8 ");
  const lossless = chunks?.get("VP8L");
  if (chunks === undefined || (lossy === undefined) === (lossless === undefined)) return undefined;
  const size = lossy === undefined ? losslessSize(lossless) : lossySize(lossy);
  if (size === undefined || (head !== undefined && !announces(head, size))) return undefined;
  const kept =
    lossy !== undefined && head !== undefined && alpha !== undefined
      ? [extendedHead(size), alpha, lossy]
      : [lossy ?? lossless].filter((chunk) => chunk !== undefined);
  return { ...size, bytes: file(kept) };
}

/** The chunks, heads included, by name; undefined when one is cut off, or comes twice, or moves. */
function chunksOf(bytes: Uint8Array): Map<string, Uint8Array> | undefined {
  const chunks = new Map<string, Uint8Array>();
  for (let at = riff_bytes; at < bytes.length; ) {
    if (at + chunkHead_bytes > bytes.length) return undefined;
    const length = viewOf(bytes).getUint32(at + 4, true);
    const end = at + chunkHead_bytes + length + (length % 2);
    if (at + chunkHead_bytes + length > bytes.length) return undefined;
    const name = nameAt(bytes, at);
    if (name === "ANIM" || name === "ANMF") return undefined;
    if (chunks.has(name) && !/^(EXIF|XMP )$/.test(name)) return undefined;
    chunks.set(name, bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

/** A key frame of VP8 (RFC 6386, section 9.1): three bytes of tag, a start code, width and height. */
function lossySize(chunk: Uint8Array): Size | undefined {
  if (chunk.length < chunkHead_bytes + 10) return undefined;
  const view = viewOf(chunk);
  const isKeyFrame = (view.getUint8(8) & 1) === 0;
  const started =
    view.getUint8(11) === 0x9d && view.getUint8(12) === 0x01 && view.getUint8(13) === 0x2a;
  if (!isKeyFrame || !started) return undefined;
  // The two upper bits say how to scale what is shown, which nobody does.
  return {
    width_px: view.getUint16(14, true) & 0x3fff,
    height_px: view.getUint16(16, true) & 0x3fff,
  };
}

/** A lossless stream: a signature, and 14 bits each for width and height less one. */
function losslessSize(chunk: Uint8Array | undefined): Size | undefined {
  if (chunk === undefined || chunk.length < chunkHead_bytes + 5) return undefined;
  const view = viewOf(chunk);
  if (view.getUint8(8) !== 0x2f) return undefined;
  const bits = view.getUint32(9, true);
  if (bits >>> 29 !== 0) return undefined;
  return { width_px: (bits & 0x3fff) + 1, height_px: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Whether an extended header is of a still picture of this size. */
function announces(head: Uint8Array, { width_px, height_px }: Size): boolean {
  if (head.length !== chunkHead_bytes + 10) return false;
  const view = viewOf(head);
  const low24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  const isStill = (view.getUint8(8) & animationFlag) === 0;
  return isStill && low24(12) + 1 === width_px && low24(15) + 1 === height_px;
}

/** An extended header that announces an alpha channel and nothing else. */
function extendedHead({ width_px, height_px }: Size): Uint8Array {
  const head = new Uint8Array(chunkHead_bytes + 10);
  const view = viewOf(head);
  head.set(new TextEncoder().encode("VP8X"));
  view.setUint32(4, 10, true);
  view.setUint8(8, alphaFlag);
  view.setUint32(12, width_px - 1, true);
  // Three bytes each: the fourth of the width is the first of the height.
  view.setUint8(15, (height_px - 1) & 0xff);
  view.setUint16(16, (height_px - 1) >>> 8, true);
  return head;
}

function file(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const padded = chunks.map((chunk) =>
    chunk.length % 2 === 0 ? chunk : joined([chunk, new Uint8Array(1)]),
  );
  const bytes = joined([new TextEncoder().encode("RIFF\0\0\0\0WEBP"), ...padded]);
  viewOf(bytes).setUint32(4, bytes.length - chunkHead_bytes, true);
  return bytes;
}

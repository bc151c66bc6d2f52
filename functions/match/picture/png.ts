import { joined, nameAt, viewOf } from "./bytes.ts";
import type { ParsedPicture } from "./read.ts";

const signature_bytes = 8;
/** Length, name and checksum around a chunk's data. */
const frame_bytes = 12;
const header_bytes = 13;

/** Chunks that say how the picture looks. Texts, times, Exif, profiles and animation are not among them. */
const needed: ReadonlySet<string> = new Set([
  "IHDR",
  "PLTE",
  "tRNS",
  "gAMA",
  "cHRM",
  "sRGB",
  "sBIT",
  "IDAT",
  "IEND",
]);

/** Bit depths by colour type. */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Reads a PNG (W3C Portable Network Graphics, third edition) chunk by chunk and keeps those that
 * the picture is made of. Of an animated one its first picture stays.
 * @returns undefined for a file that is not whole
 */
export function readPng(bytes: Uint8Array): ParsedPicture | undefined {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, signature_bytes)];
  let size: { width_px: number; height_px: number } | undefined;
  let hasData = false;
  for (let at = signature_bytes; at + frame_bytes <= bytes.length; ) {
    const end = at + frame_bytes + view.getUint32(at);
    if (end > bytes.length) return undefined;
    const name = nameAt(bytes, at + 4);
    if (size === undefined) {
      size = sizeOf(bytes.subarray(at, end));
      if (size === undefined) return undefined;
    } else if (name === "IHDR") return undefined;
    if (name === "IDAT") hasData = true;
    if (needed.has(name)) kept.push(bytes.subarray(at, end));
    else if (isCritical(name)) return undefined;
    if (name === "IEND") return hasData ? { ...size, bytes: joined(kept) } : undefined;
    at = end;
  }
  return undefined;
}

/** What the first chunk says, if it is the header and says something that can be. */
function sizeOf(chunk: Uint8Array): { width_px: number; height_px: number } | undefined {
  if (nameAt(chunk, 4) !== "IHDR" || chunk.length !== frame_bytes + header_bytes) return undefined;
  const view = viewOf(chunk);
  const depth = view.getUint8(16);
  const colour = view.getUint8(17);
  const interlace = view.getUint8(20);
  const plain = view.getUint8(18) === 0 && view.getUint8(19) === 0 && interlace <= 1;
  if (!plain || !depths[colour]?.includes(depth)) return undefined;
  return { width_px: view.getUint32(8), height_px: view.getUint32(12) };
}

/** A capital letter first: without knowing such a chunk nobody can show the picture. */
function isCritical(name: string): boolean {
  return /^[A-Z]/.test(name);
}

import { joined, viewOf } from "./bytes.ts";
import type { ParsedPicture } from "./read.ts";

const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const temporary = 0x01;

/** Frames that every browser shows: baseline, extended and progressive, Huffman coded. */
const goodFrames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Segments a decoder needs: tables, restart interval, JFIF and Adobe's note about colours. */
const needed: ReadonlySet<number> = new Set([0xc4, 0xdb, 0xdd, 0xe0, 0xee]);

/**
 * Reads a JPEG (ITU-T T.81, annex B) segment by segment and leaves out what no decoder needs: Exif,
 * XMP, IPTC, colour profiles, comments, thumbnails of other makers, and whatever follows the end.
 * @returns undefined for a file that is not whole
 */
export function readJpeg(bytes: Uint8Array): ParsedPicture | undefined {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: { width_px: number; height_px: number } | undefined;
  let scans = 0;
  for (let at = 2; ; ) {
    const marker = markerAt(bytes, at);
    if (marker === undefined) return undefined;
    at = marker.end;
    if (marker.code === endOfImage) {
      if (size === undefined || scans === 0) return undefined;
      kept.push(bytes.subarray(at - 2, at));
      return { ...size, bytes: joined(kept) };
    }
    const segment = segmentAt(bytes, at);
    if (segment === undefined || isAlone(marker.code)) return undefined;
    if (isFrame(marker.code)) {
      if (size !== undefined || !goodFrames.has(marker.code) || segment.length < 8)
        return undefined;
      const view = viewOf(segment);
      size = { height_px: view.getUint16(3), width_px: view.getUint16(5) };
    }
    const end =
      marker.code === startOfScan ? scanEnd(bytes, at + segment.length) : at + segment.length;
    if (marker.code === startOfScan) {
      if (size === undefined) return undefined;
      scans += 1;
    }
    if (needed.has(marker.code) || isFrame(marker.code) || marker.code === startOfScan)
      kept.push(Uint8Array.of(0xff, marker.code), bytes.subarray(at, end));
    at = end;
  }
}

/** A marker with the place behind it; any number of fill bytes may stand before its code. */
function markerAt(bytes: Uint8Array, at: number): { code: number; end: number } | undefined {
  if (bytes[at] !== 0xff) return undefined;
  let end = at + 1;
  while (bytes[end] === 0xff) end += 1;
  const code = bytes[end];
  return code === undefined || code === 0 ? undefined : { code, end: end + 1 };
}

/** A segment with its two bytes of length. */
function segmentAt(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = viewOf(bytes).getUint16(at);
  return length < 2 || at + length > bytes.length ? undefined : bytes.subarray(at, at + length);
}

/** Where the coded data of a scan end: at the first marker that does not belong to them. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    const inside =
      code === 0 || code === 0xff || (code !== undefined && code >= 0xd0 && code <= 0xd7);
    if (!inside) return at;
  }
  return bytes.length;
}

/** Frame headers have the codes C0 to CF, but for three tables among them. */
function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

/** Markers without a segment; outside of a scan none has a place. */
function isAlone(code: number): boolean {
  return code === temporary || code === startOfImage || (code >= 0xd0 && code <= 0xd7);
}

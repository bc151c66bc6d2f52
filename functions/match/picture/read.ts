import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import { readWebp } from "./webp.ts";

/** The kinds of pictures that are taken, by their media types. */
export type PictureType = "image/jpeg" | "image/png" | "image/webp";

/** What a parser found: how large the picture is, and its bytes without anything that is no picture. */
export interface ParsedPicture {
  readonly width_px: number;
  readonly height_px: number;
  /** The same picture without metadata: no place, no camera, no text, nothing behind its end. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Picture extends ParsedPicture {
  readonly type: PictureType;
}

/** Why bytes are no picture that can be taken. */
export type PictureFault =
  /** Neither JPEG, PNG nor WebP, judged by the first bytes. */
  | "unknown_type"
  /** It begins like one, and is broken, cut off, animated or of a rare kind. */
  | "malformed"
  | "too_large_side"
  | "too_many_bytes";

/** What a kept picture may measure. Browsers draw and write them anew at 512 px and stay far below. */
export const pictureLimits = { side_px_max: 1_024, bytes_max: 300_000 } as const;

/**
 * Reads a picture's own header, and takes away what is no picture. The name or media type that came
 * with it is not asked.
 * @param bytes as they came; they are not changed
 */
export function readPicture(bytes: Uint8Array): Picture | PictureFault {
  const type = typeOf(bytes);
  if (type === undefined) return "unknown_type";
  const parsed = parsers[type](bytes);
  if (parsed === undefined) return "malformed";
  const { width_px, height_px } = parsed;
  if (width_px < 1 || height_px < 1) return "malformed";
  if (Math.max(width_px, height_px) > pictureLimits.side_px_max) return "too_large_side";
  if (parsed.bytes.length > pictureLimits.bytes_max) return "too_many_bytes";
  return { type, ...parsed };
}

const parsers: Readonly<Record<PictureType, (bytes: Uint8Array) => ParsedPicture | undefined>> = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/webp": readWebp,
};

const pngSignature = "\u0089PNG\r\n\u001a\n";

function typeOf(bytes: Uint8Array): PictureType | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (start.startsWith(pngSignature)) return "image/png";
  return start.startsWith("RIFF") && start.endsWith("WEBP") && start.length === 12
    ? "image/webp"
    : undefined;
}

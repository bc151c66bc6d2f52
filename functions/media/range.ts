/** Bytes of a file, first and last included, as in HTTP. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a `Range` header asks of a file (RFC 9110, section 14).
 * @param header the header's value, if there is one
 * @param size length of the file in bytes
 * @returns one range to send; `whole` when the header is absent, of another unit, malformed, or asks
 *   for several ranges, which a server may answer with the whole file; `unsatisfiable` for 416
 */
export function rangeOf(
  header: string | undefined,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  const [, from = "", to = ""] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? "") ?? [];
  if (from === "" && to === "") return "whole";
  if (from === "") return suffixOf(Number(to), size);
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return "whole";
  return first >= size ? "unsatisfiable" : { first, last };
}

/** The last `length` bytes, or all when there are fewer. */
function suffixOf(length: number, size: number): ByteRange | "unsatisfiable" {
  if (length === 0 || size === 0) return "unsatisfiable";
  return { first: Math.max(0, size - length), last: size - 1 };
}

/**
 * Whether a JSON text nests arrays and objects deeper than allowed. It reads the text once, without
 * parsing it and without recursion, so that a hostile text costs no more than its length.
 * @param text anything; what is not JSON may get either answer, and fails when it is parsed
 */
export function isDeeperThan(text: string, depth_max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (inString) {
      if (unit === "\\") at += 1;
      else if (unit === '"') inString = false;
    } else if (unit === '"') inString = true;
    else if (unit === "{" || unit === "[") {
      depth += 1;
      if (depth > depth_max) return true;
    } else if (unit === "}" || unit === "]") depth -= 1;
  }
  return false;
}

import { parse } from "regexparam";

/**
 * Whether an address is one that a route's pattern means: by what the router itself reads patterns
 * with, whose own script this one cannot wait for.
 * @param pattern `/analytics/:id/:part?`; `/*` for everything
 */
export function matches(pattern: string, path: string): boolean {
  return parse(pattern).pattern.test(path);
}

/**
 * Whether an address is one that a route's pattern means, as the router reads it.
 * @param pattern `/analytics/:id/:part?`; `/*` for everything
 */
export function matches(pattern: string, path: string): boolean {
  if (pattern === "/*") return true;
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  if (given.length > wanted.length) return false;
  return wanted.every((segment, at) => {
    const here = given[at];
    if (here === undefined) return segment.endsWith("?");
    return segment.startsWith(":") || segment.toLowerCase() === here.toLowerCase();
  });
}

const segmentsOf = (path: string) => path.split("/").filter((segment) => segment !== "");

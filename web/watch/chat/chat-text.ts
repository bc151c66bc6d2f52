/**
 * What somebody said, cut into what is drawn: words, links and mentions. Nothing of it is ever
 * markup: a link becomes an anchor only by what is said here of it.
 */
export type ChatPart =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly self: boolean };

/** A link begins where a word does; what follows it is cut off again by `linkEnd`. */
const linkPattern = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"'`]+/giu;
/** Marks that close a sentence rather than an address. */
const trailing = /[.,;:!?…)\]}]+$/u;

/**
 * @param text as it was said, at most some hundred characters
 * @param names of the people who can be meant by `@name`; `self` is the reader's own
 */
export function chatParts(
  text: string,
  names: readonly string[],
  self: string | null = null,
): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  let at = 0;
  for (const match of text.matchAll(linkPattern)) {
    const link = linkEnd(match[0]);
    const href = safeHref(link);
    if (href === undefined) continue;
    parts.push(...wordParts(text.slice(at, match.index), names, self));
    parts.push({ kind: "link", text: link, href });
    at = match.index + link.length;
  }
  parts.push(...wordParts(text.slice(at), names, self));
  return parts;
}

/** A closing bracket belongs to an address that opened one, as in those of encyclopedias. */
function linkEnd(match: string): string {
  const bare = match.replace(trailing, "");
  const next = match.slice(bare.length, bare.length + 1);
  const opens = bare.split("(").length > bare.split(")").length;
  return next === ")" && opens ? `${bare})` : bare;
}

/** The address, if it is one that a click may follow: of the web, and naming no user to log in as. */
function safeHref(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  return url.username === "" && url.password === "" ? url.href : undefined;
}

function wordParts(
  text: string,
  names: readonly string[],
  self: string | null,
): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  // The longest name first: `@Ann Lee` is not `@Ann` followed by a word.
  const byLength = [...names].sort((a, b) => b.length - a.length);
  let words = "";
  for (let at = 0; at < text.length; ) {
    const name = text[at] === "@" && isWordStart(text, at) ? nameAt(text, at + 1, byLength) : "";
    if (name === "") {
      words += text[at++];
      continue;
    }
    if (words !== "") parts.push({ kind: "words", text: words });
    words = "";
    parts.push({ kind: "mention", text: `@${name}`, self: name === self });
    at += 1 + name.length;
  }
  if (words !== "") parts.push({ kind: "words", text: words });
  return parts;
}

function nameAt(text: string, at: number, names: readonly string[]): string {
  return (
    names.find((name) => {
      const said = text.slice(at, at + name.length);
      const next = text.slice(at + name.length, at + name.length + 1);
      return said.toLowerCase() === name.toLowerCase() && !/[\p{L}\p{N}]/u.test(next);
    }) ?? ""
  );
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
}

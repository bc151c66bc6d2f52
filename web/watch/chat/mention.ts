/** An `@name` that is being written: where its `@` stands, and the letters after it up to the caret. */
export interface Mention {
  readonly at: number;
  readonly typed: string;
}

/** More letters than any name has. */
const typed_max = 40;

/** The mention that the caret stands in, or null. */
export function mentionAt(text: string, caret: number): Mention | null {
  if (caret <= 0) return null;
  const at = text.lastIndexOf("@", caret - 1);
  if (at < 0 || caret - at > typed_max) return null;
  const startsWord = at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? "");
  const typed = text.slice(at + 1, caret);
  return startsWord && !/^\s|\s\s/.test(typed) ? { at, typed } : null;
}

/** The text with the name written out, and where the caret then belongs. */
export function completed(
  text: string,
  { at, typed }: Mention,
  name: string,
): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, at)}@${name} `;
  return { text: before + text.slice(at + 1 + typed.length).trimStart(), caret: before.length };
}

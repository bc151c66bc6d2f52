/** Characters of a tag. */
export const tag_length = 4;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * A person's id in four characters, for lists of people that have to fit into a token: the low 24
 * bits of FNV-1a (Fowler, Noll, Vo) through the finalizer of MurmurHash3 (Austin Appleby, public
 * domain), in base64url. Two people share one with a chance of 1 in 16.7 million; in a list of whom
 * not to meet, that keeps two strangers apart and never brings together whom it should not.
 */
export function memberTag(member: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < member.length; index += 1)
    hash = Math.imul(hash ^ member.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  let tag = "";
  for (let shift = 0; shift < 24; shift += 6) tag += alphabet[(hash >>> shift) & 63] ?? "";
  return tag;
}

/** The tags of some people, one after another, in their order. */
export function packTags(members: readonly string[]): string {
  return members.map(memberTag).join("");
}

/** The tags in such a text. */
export function unpackTags(packed: string): string[] {
  const tags: string[] = [];
  for (let at = 0; at + tag_length <= packed.length; at += tag_length)
    tags.push(packed.slice(at, at + tag_length));
  return tags;
}

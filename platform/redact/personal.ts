const inspect = Symbol.for("nodejs.util.inspect.custom");
/** Enough to tell people apart in a log, too little to find them by. */
const hash_characters = 12;

/**
 * A value that says who somebody is: an account's id, a mail address, a name. Written anywhere it
 * is `[personal]`; a log may have its keyed hash, which is the same for the same person and cannot
 * be turned back without the key.
 */
export class Personal {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** The first characters of HMAC-SHA-256 over the value, in base64url. */
  async hash(key: string): Promise<string> {
    const bytes = new TextEncoder();
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const imported = await crypto.subtle.importKey("raw", bytes.encode(key), algorithm, false, [
      "sign",
    ]);
    const signature = await crypto.subtle.sign("HMAC", imported, bytes.encode(this.#value));
    const text = btoa(String.fromCharCode(...new Uint8Array(signature)));
    return text.replaceAll("+", "-").replaceAll("/", "_").slice(0, hash_characters);
  }

  toJSON(): string {
    return "[personal]";
  }

  toString(): string {
    return "[personal]";
  }

  [inspect](): string {
    return "[personal]";
  }
}

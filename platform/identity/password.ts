import { scrypt } from "node:crypto";

/**
 * How passwords are kept: scrypt (RFC 7914) by the runtime's native code, in the encoding of the
 * Password Hashing Competition, `$scrypt$ln=14,r=8,p=5$<salt>$<key>`, so that the parameters can be
 * raised later and every hash still says how it was made.
 *
 * N = 2^14, r = 8, p = 5 is one of the parameter sets that OWASP's Password Storage Cheat Sheet calls
 * equal in strength; it takes 16 MiB, where the strongest-looking set, N = 2^17, takes 128 MiB, which
 * is all that a Worker's isolate has. The alternative that Web Crypto offers, PBKDF2, is capped by
 * Workers at 100,000 iterations, a sixth of what OWASP asks of PBKDF2-HMAC-SHA256, and its work does
 * not cost an attacker any memory. Argon2id would be the first choice, but no Worker has it natively.
 *
 * What a check takes in workerd on one core of a small machine, measured in one run: 179 ms; the same
 * in JavaScript (`@noble/hashes`) 254 ms; PBKDF2 at Workers' cap 12 ms, for an attacker too.
 * `bench/platform/signin.ts` measures the CPU time, 120 to 150 ms on that machine, and that of a whole
 * sign-in, 10 to 15 ms more. Cloudflare's free plan allows a request 10 ms, the paid plan 30 s.
 */
export interface ScryptParameters {
  /** log2 of the cost N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

export const scryptParameters: ScryptParameters = { ln: 14, r: 8, p: 5 };

/** No hash costs more than this to check, whatever it says about itself. */
const limits = { ln: 17, r: 16, p: 16, memory_bytes: 64 * 1024 * 1024 } as const;
const salt_bytes = 16;
const key_bytes = 32;

const encoded =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/**
 * Hashes a password under a salt of its own.
 * @param password any text; it is put into Unicode form NFKC first, as keyboards differ
 */
export async function hashPassword(
  password: string,
  parameters: ScryptParameters = scryptParameters,
  salt: Uint8Array = crypto.getRandomValues(new Uint8Array(salt_bytes)),
): Promise<string> {
  const key = await derive(password, salt, parameters);
  const { ln, r, p } = parameters;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64Of(salt)}$${base64Of(key)}`;
}

/**
 * Whether a password is the one that was hashed. Compares in constant time. A hash that cannot be
 * read, or that would cost more than the limits, fits no password.
 */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const kept = parse(hash);
  if (kept === undefined) return false;
  const key = await derive(password, kept.salt, kept.parameters);
  let difference = 0;
  for (const [at, byte] of key.entries()) difference |= byte ^ (kept.key[at] ?? 256);
  return difference === 0;
}

/** Whether a hash was made with other parameters than today's, and should be made anew. */
export function isOutdated(hash: string, parameters: ScryptParameters = scryptParameters): boolean {
  const kept = parse(hash)?.parameters;
  return (
    kept === undefined ||
    kept.ln !== parameters.ln ||
    kept.r !== parameters.r ||
    kept.p !== parameters.p
  );
}

function parse(hash: string) {
  const [, ln, r, p, salt = "", key = ""] = encoded.exec(hash) ?? [];
  if (ln === undefined) return undefined;
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (!isAffordable(parameters)) return undefined;
  return { parameters, salt: bytesOf(salt), key: bytesOf(key) };
}

function isAffordable({ ln, r, p }: ScryptParameters): boolean {
  if (ln < 1 || r < 1 || p < 1) return false;
  if (ln > limits.ln || r > limits.r || p > limits.p) return false;
  return memoryOf({ ln, r, p }) <= limits.memory_bytes;
}

/** RFC 7914, section 6: 128 r N bytes for the table and 128 r p for the blocks. */
function memoryOf({ ln, r, p }: ScryptParameters): number {
  return 128 * r * (2 ** ln + p + 2);
}

function derive(
  password: string,
  salt: Uint8Array,
  parameters: ScryptParameters,
): Promise<Uint8Array> {
  const { ln, r, p } = parameters;
  const options = { N: 2 ** ln, r, p, maxmem: 2 * memoryOf(parameters) };
  const bytes = new TextEncoder().encode(password.normalize("NFKC"));
  return new Promise((resolve, reject) =>
    scrypt(bytes, salt, key_bytes, options, (error, key) =>
      error === null || error === undefined ? resolve(key) : reject(error),
    ),
  );
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

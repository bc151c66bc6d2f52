import type { FillRandom } from "./uuid.ts";

/** What the client needs of where it runs: time, chance, the network. Tests give their own. */
export interface Host {
  /** Milliseconds since 1970. */
  now_ms(): number;
  /** From 0 to 1. */
  random(): number;
  readonly fillRandom: FillRandom;
  /** Runs work once, later. @returns what cancels it */
  after(wait_ms: number, work: () => void): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Whether a request that says `keepalive` outlives its page. */
  readonly keepalive: boolean;
  /** Hands a text over to be posted when the page is gone, without headers. @returns whether it was taken */
  readonly beacon: ((url: string, text: string) => boolean) | undefined;
  /** Compresses for `Content-Encoding: gzip`; undefined where that cannot be done. */
  readonly gzip: ((text: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined;
  /** Runs work unless another copy of the client that shares the store is at it. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Tells when people look away (`true`), perhaps for good, and back. @returns what ends it */
  onHidden(tell: (hidden: boolean) => void): () => void;
}

/** What browsers and Node have in common. */
export const commonHost = {
  now_ms: () => Date.now(),
  random: () => Math.random(),
  fillRandom: (bytes) => crypto.getRandomValues(bytes),
  fetch: (url, init) => fetch(url, init),
  keepalive: true,
  beacon: undefined,
  gzip: typeof CompressionStream === "function" ? gzip : undefined,
} satisfies Partial<Host>;

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

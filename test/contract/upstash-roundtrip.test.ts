import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

/** Repeat a failure with `SEED=<number> npx vitest ...`. */
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

/** Mulberry32, a small generator of numbers in [0, 1). */
function numbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Text that likes what parsers dislike: quotes, line ends, NUL, digits, surrogate pairs. */
function awkwardText(next: () => number): string {
  const liked = [
    '"',
    "\\",
    "\r\n",
    "\u0000",
    ",1.5",
    "[",
    "%2F",
    "+",
    "é",
    "😀",
    "\u2028",
    "$3\r\n",
  ];
  return Array.from({ length: Math.floor(next() * 30) }, () =>
    next() < 0.5
      ? (liked[Math.floor(next() * liked.length)] ?? "")
      : String.fromCodePoint(32 + Math.floor(next() * 0xd000)),
  ).join("");
}

onEveryEngine(`any value comes back as it went in (seed ${seed})`, (gateway) => {
  const stored = async (key: string) => {
    const { body } = await gateway.ask("/", {
      body: JSON.stringify(["GET", key]),
      headers: { "upstash-encoding": "base64" },
    });
    return Buffer.from((body as { result: string }).result, "base64");
  };

  test("text in a JSON command, a pipeline, a transaction and the client", async () => {
    const next = numbers(seed);
    for (let i = 0; i < 60; i++) {
      const [key, value] = [`k${awkwardText(next)}`, awkwardText(next)];
      const command = ["SET", key, value];
      await gateway.ask("/", { body: JSON.stringify(command) });
      expect((await stored(key)).toString("utf8")).toBe(value);
      for (const path of ["/pipeline", "/multi-exec"]) {
        const body = JSON.stringify([command, ["GET", key], ["GETDEL", key]]);
        expect((await gateway.ask(path, { body })).body).toEqual([
          { result: "OK" },
          { result: value },
          { result: value },
        ]);
      }
      const plain = gateway.client({ automaticDeserialization: false });
      await plain.set(key, value);
      expect(await plain.get(key)).toBe(value);
    }
  });

  test("bytes in a body and in a path", async () => {
    const next = numbers(seed);
    for (let i = 0; i < 60; i++) {
      const length = 1 + Math.floor(next() * 200);
      const bytes = Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
      await gateway.ask("/set/body", { body: new Uint8Array(bytes) });
      expect((await stored("body")).equals(bytes)).toBe(true);
      const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
      await gateway.ask(`/set/path/${escaped}`);
      expect((await stored("path")).equals(bytes)).toBe(true);
    }
  });
});

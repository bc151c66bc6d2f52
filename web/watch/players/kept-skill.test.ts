import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepSkill, keptSkill, kindOf } from "./kept-skill.ts";

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
  });
});
afterEach(() => vi.unstubAllGlobals());

const learned = { seek_ms: 240, seekSpread_ms: 30, start_ms: 120, starts: 4 };

it("what a kind of player needs is kept for the next visit, whose first start is then believed", () => {
  keepSkill("file", learned);
  expect(keptSkill("file")).toEqual({ ...learned, starts: 0 });
  expect(keptSkill("youtube")).toBeUndefined();
});

it("a player that was never seen to start leaves nothing", () => {
  keepSkill("file", { ...learned, starts: 0 });
  expect(keptSkill("file")).toBeUndefined();
});

it("a bad moment is not believed in full", () => {
  keepSkill("hls", { seek_ms: 9_000, seekSpread_ms: 5_000, start_ms: 1_000, starts: 1 });
  expect(keptSkill("hls")).toEqual({
    seek_ms: 2_000,
    seekSpread_ms: 2_000,
    start_ms: 300,
    starts: 0,
  });
});

it.each(["", "null", "{}", '{"seek_ms":-1,"seekSpread_ms":1,"start_ms":1}', "["])(
  "what is no skill (%j) is as nothing",
  (text) => {
    stored.set("offrail:watch:skill:file", text);
    expect(keptSkill("file")).toBeUndefined();
  },
);

it("a browser without storage only learns anew", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => {
      throw new Error("forbidden");
    },
    setItem: () => {
      throw new Error("forbidden");
    },
  });
  keepSkill("file", learned);
  expect(keptSkill("file")).toBeUndefined();
});

it("a stream is a kind of its own", () => {
  const file = { kind: "file", url: "/a", title: "A", subtitles: [] } as const;
  expect(kindOf({ ...file, format: "mp4" })).toBe("file");
  expect(kindOf({ ...file, format: "webm" })).toBe("file");
  expect(kindOf({ ...file, format: "hls" })).toBe("hls");
  expect(kindOf({ kind: "youtube", videoId: "dQw4w9WgXcQ", title: "A" })).toBe("youtube");
});

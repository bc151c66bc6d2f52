import { expect, test } from "vitest";
import { subtitlesFor } from "./preferences.ts";

const sources = [{ lang: "en" }, { lang: "pt-BR" }, { lang: "de" }];

test.each([
  ["de", 2],
  ["DE", 2],
  ["pt-BR", 1],
  ["pt", 1],
  ["pt-PT", 1],
  ["fr", null],
  [null, null],
])("who wants %s gets the subtitles at %s", (wanted, index) => {
  expect(subtitlesFor(sources, wanted)).toBe(index);
});

test("a video without subtitles shows none", () => {
  expect(subtitlesFor([], "en")).toBeNull();
});

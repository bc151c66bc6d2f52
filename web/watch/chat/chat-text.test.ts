import { describe, expect, test } from "vitest";
import { seededRandom } from "../testing.ts";
import { chatParts } from "./chat-text.ts";

const links = (text: string) =>
  chatParts(text, []).flatMap((part) => (part.kind === "link" ? [part.href] : []));
const mentions = (text: string, names: readonly string[]) =>
  chatParts(text, names).flatMap((part) => (part.kind === "mention" ? [part.text] : []));

describe("links in a chat message", () => {
  test.each([
    ["see https://example.com/a?b=1#c", ["https://example.com/a?b=1#c"]],
    ["http://example.com.", ["http://example.com/"]],
    ["(https://example.com/x)", ["https://example.com/x"]],
    ["https://en.wikipedia.org/wiki/Film_(1965)", ["https://en.wikipedia.org/wiki/Film_(1965)"]],
    ["https://a.example and https://b.example!", ["https://a.example/", "https://b.example/"]],
    ["HTTPS://EXAMPLE.COM", ["https://example.com/"]],
  ])("%s holds %j", (text, found) => {
    expect(links(text)).toEqual(found);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "ftp://example.com/x",
    "xhttps://example.com",
    "https://",
    "https://user:secret@example.com/",
    "https://bank.example@evil.example/",
  ])("%s is no link to click", (text) => {
    expect(links(text)).toEqual([]);
  });
});

describe("mentions in a chat message", () => {
  test("name people who are there, whatever the case, the longest name first", () => {
    expect(mentions("hi @ann lee, and @Bob!", ["Ann", "Ann Lee", "Bob"])).toEqual([
      "@Ann Lee",
      "@Bob",
    ]);
  });

  test("are not made of addresses or of longer words", () => {
    expect(mentions("mail me@Bob.example, @Bobby", ["Bob"])).toEqual([]);
  });

  test("of the reader are told apart", () => {
    expect(chatParts("@Ann", ["Ann"], "Ann")).toEqual([
      { kind: "mention", text: "@Ann", self: true },
    ]);
  });
});

const awkward = ["@", "https://", "é", "😀", "\u202e", ")", ".", " ", "<b>", "\ud800", "a", "B"];

test.each(Array.from({ length: 100 }, (_, seed) => seed))(
  "the parts together say what was said, whatever it was (seed %i)",
  (seed) => {
    const random = seededRandom(seed);
    const some = (length_max: number) =>
      Array.from(
        { length: Math.floor(random() * length_max) },
        () => awkward[Math.floor(random() * awkward.length)],
      ).join("");
    const name = some(4).trim() || "x";
    const text = `${some(30)}@${name} https://example.com/${some(10)}`;
    const said = chatParts(text, [name])
      .map((part) => part.text)
      .join("");
    expect(said.toLowerCase()).toBe(text.toLowerCase());
  },
);

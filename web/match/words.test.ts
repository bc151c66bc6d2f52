import { describe, expect, test } from "vitest";
import { linkText } from "./words.ts";

describe("a stranger's link", () => {
  test("shows where it leads", () => {
    expect(linkText("https://example.org/")).toBe("example.org");
    expect(linkText("https://example.org/people/ada?page=2#top")).toBe(
      "example.org/people/ada?page=2",
    );
  });

  test("does not hide behind letters that look like others", () => {
    expect(linkText("https://\u0440\u0430ypal.com/")).toMatch(/^xn--/);
  });

  test.each([
    "http://example.org/",
    "javascript:alert(1)",
    "https://bank.example@evil.example/",
    "data:text/html,hello",
    "nonsense",
  ])("is not shown when it is %s", (href) => {
    expect(linkText(href)).toBeNull();
  });
});

import { expect, test } from "vitest";
import { apiHeaders, siteHeaders, siteHeadersFile } from "./headers.ts";

test("neither policy lets anything inline or evaluated run", () => {
  for (const { "Content-Security-Policy": policy = "" } of [apiHeaders, siteHeaders]) {
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/unsafe-|\*|http:/);
    expect(policy).toContain("frame-ancestors 'none'");
  }
  expect(apiHeaders["Content-Security-Policy"]).not.toContain("https:");
});

test("other sites may give a page videos and one player's frame, and never a script or a style", () => {
  const policy = siteHeaders["Content-Security-Policy"] ?? "";
  const foreign = policy.split("; ").filter((directive) => directive.includes("https:"));
  expect(foreign.map((directive) => directive.split(" ")[0])).toEqual([
    "connect-src",
    "frame-src",
    "media-src",
  ]);
  expect(policy).toContain("frame-src https://www.youtube-nocookie.com;");
  expect(policy).toContain("script-src 'self';");
});

test("the file has each rule's path at the margin and its headers below, indented", () => {
  const lines = siteHeadersFile(["/assets/*"]).split("\n");
  expect(lines[0]).toBe("/*");
  expect(lines).toContain("/assets/*");
  for (const [name, value] of Object.entries(siteHeaders))
    expect(lines).toContain(`  ${name}: ${value}`);
  expect(lines.at(-2)).toBe("  Cache-Control: public, max-age=31536000, immutable");
});

test("no line is longer than the file server takes", () => {
  for (const line of siteHeadersFile().split("\n")) expect(line.length).toBeLessThanOrEqual(2_000);
});

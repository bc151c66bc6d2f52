import { describe, expect, test } from "vitest";
import { linkOf, titleOfFile } from "./link.ts";

describe("a pasted link", () => {
  test.each([
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ?t=43",
    "youtu.be/dQw4w9WgXcQ",
    "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&list=PL1",
    "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    "https://www.youtube.com/live/dQw4w9WgXcQ?feature=share",
    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
    "http://youtube.com/watch?v=dQw4w9WgXcQ",
  ])("%s is a YouTube video", (text) => {
    expect(linkOf(text)).toEqual({ kind: "youtube", videoId: "dQw4w9WgXcQ" });
  });

  test.each([
    ["https://example.com/a/film.mp4?token=1", "mp4"],
    [" https://example.com/film.M4V ", "mp4"],
    ["example.com/clip.webm", "webm"],
    ["https://example.com/live/master.m3u8", "hls"],
  ])("%s is a file of format %s", (text, format) => {
    expect(linkOf(text)).toMatchObject({ kind: "file", format });
  });

  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["the film from yesterday", "no_link"],
    ["film", "no_link"],
    ["https://example.com/a b.mp4", "no_link"],
    [`https://example.com/${"a".repeat(2_000)}.mp4`, "no_link"],
    ["http://example.com/film.mp4", "not_https"],
    ["javascript:alert(1)", "no_link"],
    ["data:video/mp4;base64,AAAA.mp4", "no_link"],
    ["https://www.youtube.com/watch?v=short", "no_video"],
    ["https://www.youtube.com/@somebody", "no_video"],
    ["https://youtube.com.example.com/watch?v=dQw4w9WgXcQ", "unknown_kind"],
    ["https://example.com/film.avi", "unknown_kind"],
    ["https://example.com/", "unknown_kind"],
  ])("%s is refused as %s", (text, problem) => {
    expect(linkOf(text)).toBe(problem);
  });
});

describe("the title of a file that has none", () => {
  test.each([
    ["https://example.com/a/Big_Buck_Bunny.mp4", "Big Buck Bunny"],
    ["https://example.com/caf%C3%A9%20noir.webm", "café noir"],
    ["https://example.com/%E0%A4%A.mp4", "%E0%A4%A"],
    ["https://example.com/.mp4", "example.com"],
  ])("of %s is %s", (url, title) => {
    expect(titleOfFile(url)).toBe(title);
  });

  test("is cut to what a title may be", () => {
    expect(titleOfFile(`https://example.com/${"x".repeat(300)}.mp4`)).toHaveLength(80);
  });
});

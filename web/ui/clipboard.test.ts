import { afterEach, expect, test, vi } from "vitest";
import { toClipboard } from "./clipboard.ts";

afterEach(() => vi.unstubAllGlobals());

test("says whether a text is there, and never throws, whatever a page is allowed", async () => {
  const written: string[] = [];
  const clipboard = { writeText: async (text: string) => void written.push(text) };
  vi.stubGlobal("navigator", { clipboard });
  expect(await toClipboard("a link")).toBe(true);
  expect(written).toEqual(["a link"]);
  const refusing = { writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) };
  vi.stubGlobal("navigator", { clipboard: refusing });
  expect(await toClipboard("a link")).toBe(false);
  // As over plain http.
  vi.stubGlobal("navigator", {});
  expect(await toClipboard("a link")).toBe(false);
});

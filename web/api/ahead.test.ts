import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askAhead, fetchOrTake } from "./ahead.ts";

const get = { method: "GET" };
const calls: string[] = [];
beforeEach(() => {
  calls.length = 0;
  vi.stubGlobal("fetch", async (input: string) => {
    calls.push(input);
    return new Response(`${input} ${calls.length}`);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("an answer that was asked for ahead", () => {
  it("is taken by the call for it, and by no second one", async () => {
    askAhead("/v1/a", 0);
    expect(await (await fetchOrTake("/v1/a", get, 9)).text()).toBe("/v1/a 1");
    expect(await (await fetchOrTake("/v1/a", get, 9)).text()).toBe("/v1/a 2");
  });

  it("is left alone by other calls, and by a change of the same address", async () => {
    askAhead("/v1/b", 0);
    await fetchOrTake("/v1/b?days=7", get, 9);
    await fetchOrTake("/v1/b", { method: "POST" }, 9);
    expect(calls).toHaveLength(3);
    await fetchOrTake("/v1/b", get, 9);
    expect(calls).toHaveLength(3);
  });

  it("is asked for anew when it has lain there for long", async () => {
    askAhead("/v1/c", 0);
    expect(await (await fetchOrTake("/v1/c", get, 30_001)).text()).toBe("/v1/c 2");
  });

  it("is not waited for longer than its call would wait", async () => {
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    askAhead("/v1/d", 0);
    const waiting = new AbortController();
    const taken = fetchOrTake("/v1/d", { ...get, signal: waiting.signal }, 9);
    waiting.abort(new Error("too long"));
    await expect(taken).rejects.toThrow("too long");
  });

  it("that failed fails the call, which can be made again", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    askAhead("/v1/e", 0);
    await expect(fetchOrTake("/v1/e", get, 9)).rejects.toThrow("no network");
    vi.stubGlobal("fetch", async () => new Response("there"));
    expect(await (await fetchOrTake("/v1/e", get, 9)).text()).toBe("there");
  });
});

it("so many can be asked for ahead, and no more", async () => {
  for (const path of ["/v1/1", "/v1/2", "/v1/3", "/v1/4", "/v1/5"]) askAhead(path, 0);
  expect(calls).toHaveLength(4);
  for (const path of calls.slice()) await fetchOrTake(path, get, 0);
  expect(calls).toHaveLength(4);
});

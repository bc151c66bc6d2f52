import { describe, expect, it } from "vitest";
import type { Problem } from "../../protocol/problem.ts";
import { ApiProblem, adviceFor, isWorthRetrying, problemOf } from "./problem.ts";

const base: Problem = { type: "about:blank", title: "Title", status: 404, code: "room_not_found" };

describe("a refused call", () => {
  it("becomes an error with the API's own code", async () => {
    const error = await problemOf(Response.json(base, { status: 404 }));
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 404, code: "room_not_found" });
  });

  it("by something that is not the API is an error without a code", async () => {
    const error = await problemOf(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(error).not.toBeInstanceOf(ApiProblem);
    expect(error.message).toContain("502");
  });
});

describe("asking again", () => {
  it("helps when the network failed or the server is short of something", () => {
    expect(isWorthRetrying(new TypeError("Failed to fetch"))).toBe(true);
    const busy = { ...base, status: 429, code: "rate_limited" } as const;
    expect(isWorthRetrying(new ApiProblem(busy))).toBe(true);
    const down = { ...base, status: 503, code: "unavailable" } as const;
    expect(isWorthRetrying(new ApiProblem(down))).toBe(true);
  });

  it("does not help when the answer will stay the same", () => {
    expect(isWorthRetrying(new ApiProblem(base))).toBe(false);
  });
});

describe("advice", () => {
  it("says when to come back", () => {
    const problem = { ...base, status: 429, code: "rate_limited", retryAfter_s: 7 } as const;
    expect(adviceFor(new ApiProblem(problem))).toContain("in 7 s");
  });

  it("never shows the words of a failed fetch", () => {
    expect(adviceFor(new TypeError("Failed to fetch"))).not.toContain("fetch");
  });
});

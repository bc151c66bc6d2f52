import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemSchema } from "../../protocol/problem.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { samples } from "./testing/pictures.ts";

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const problemOf = async (response: Response) => {
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
};

describe("without a session", () => {
  test.each([
    ["GET", "/v1/match/profile", undefined],
    ["PUT", "/v1/match/profile", { name: "Ada", ageRange: "25-34", languages: ["en"] }],
    ["PATCH", "/v1/match/profile", { bio: "x" }],
    ["GET", "/v1/match/profiles/some-body-else", undefined],
    ["DELETE", "/v1/match/profile/picture", undefined],
    ["GET", "/v1/match/me", undefined],
    ["POST", "/v1/match/consent", { rulesVersion: 1, adult: true, keepsRules: true }],
    ["POST", "/v1/match/lobby", {}],
    ["POST", "/v1/match/calls/some-call/ice", {}],
    ["GET", "/v1/match/calls", undefined],
    ["POST", "/v1/match/calls/some-call/rating", { rating: 5 }],
    ["POST", "/v1/match/reports", { callId: "some-call", reason: "spam" }],
    ["GET", "/v1/match/blocks", undefined],
    ["POST", "/v1/match/blocks/some-body-else", undefined],
    ["DELETE", "/v1/match/blocks/some-body-else", undefined],
    ["GET", "/v1/match/moderation/reports", undefined],
    ["GET", "/v1/match/moderation/bans", undefined],
    ["POST", "/v1/match/moderation/bans", { userId: "some-body-else", reason: "x", days: 1 }],
    ["DELETE", "/v1/match/moderation/bans/some-ban", undefined],
  ])("%s %s is refused, and asks neither Postgres nor a room", async (method, path, json) => {
    const init = json === undefined ? { method } : { method, json };
    const response = await cloud.request(path, init);
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "sign_in_required" });
    expect(cloud.database.queries).toBe(0);
    expect(cloud.roomRequests).toEqual([]);
  });

  test("a picture is not even read", async () => {
    const path = "/v1/match/profile/picture";
    const response = await cloud.request(path, { method: "PUT", body: new Blob([samples.png]) });
    expect(response.status).toBe(401);
    expect(cloud.database.queries).toBe(0);
  });
});

describe("a picture's address", () => {
  test("that can be none is a bad request", async () => {
    const response = await cloud.request("/v1/match/pictures/..%2Fsecret");
    expect(await problemOf(response)).toMatchObject({ status: 400 });
  });

  test("without a bucket is a 503 that names what is missing", async () => {
    const response = await cloud.request(`/v1/match/pictures/${"a".repeat(24)}`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 503, code: "unavailable" });
    expect(problem.detail).toContain("PICTURES");
  });

  test("of something that is no picture is nothing", async () => {
    cloud.stop();
    const object = {
      body: new Blob(["<script>"]).stream(),
      size: 8,
      httpEtag: '"e"',
      httpMetadata: { contentType: "text/html" },
    };
    const bucket = { put: async () => {}, delete: async () => {}, get: async () => object };
    cloud = new FakeCloud({ PICTURES: bucket });
    const response = await cloud.request(`/v1/match/pictures/${"a".repeat(24)}`);
    expect(response.status).toBe(404);
    expect(cloud.services.meter).toBeDefined();
  });
});

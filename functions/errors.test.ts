import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problemSchema } from "../protocol/problem.ts";
import { createApi } from "./api.ts";
import { FakeCloud } from "./testing/fake-cloud.ts";

let cloud: FakeCloud;
let logged: string[];
beforeEach(() => {
  cloud = new FakeCloud({ LOG_LEVEL: "warn" });
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  cloud.stop();
  vi.restoreAllMocks();
});

const problemOf = async (response: Response) => {
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get("X-Request-Id"));
  return problem;
};

test("an address where nothing is answers `not_found`, without the query in it", async () => {
  const problem = await problemOf(await cloud.request("/v1/nothing?token=secret"));
  expect(problem).toMatchObject({ status: 404, code: "not_found", instance: "/v1/nothing" });
  expect(logged).toEqual([]);
});

test("a method an address does not take answers which ones it takes", async () => {
  const response = await cloud.request("/v1/watch/rooms", { method: "DELETE" });
  expect(response.headers.get("Allow")).toBe("POST, GET, HEAD");
  expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  const get = await cloud.request("/v1/time", { method: "PUT" });
  expect(get.headers.get("Allow")).toBe("GET, HEAD");
});

test("what nobody foresaw is `internal`: the client learns nothing, the log enough", async () => {
  const api = createApi(() => {
    throw new TypeError("settings is not a function");
  });
  const response = await api.request("/v1/time", {}, cloud.bindings);
  const text = await response.clone().text();
  expect(await problemOf(response)).toMatchObject({ status: 500, code: "internal" });
  expect(text).not.toMatch(/settings|\.ts|at /);
  const [line = ""] = logged;
  expect(JSON.parse(line)).toMatchObject({
    level: "error",
    code: "internal",
    requestId: response.headers.get("X-Request-Id"),
    error: "TypeError",
    reason: "settings is not a function",
  });
});

test("an error of the database is logged by name and SQLSTATE, never with what was asked of it", async () => {
  cloud.database.failure = "57P01";
  const json = { title: "Private title" };
  const response = await cloud.request("/v1/watch/rooms", { method: "POST", json });
  expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0] ?? "")).toMatchObject({ code: "unavailable", sqlState: "57P01" });
  expect(logged[0]).not.toMatch(/Private title|password|insert into/);
});

test("a value no column can hold is the caller's error, should one slip through the schema", async () => {
  cloud.database.failure = "22021";
  const response = await cloud.request("/v1/watch/rooms/room-1234");
  expect(await problemOf(response)).toMatchObject({ status: 400, code: "bad_request" });
});

test("a body's many errors are listed, up to a limit", async () => {
  const response = await cloud.request("/v1/watch/rooms", { method: "POST", json: { title: "" } });
  const { issues } = await problemOf(response);
  expect(issues?.[0]).toMatchObject({ path: "title" });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problemSchema } from "../protocol/problem.ts";
import { createApi } from "./api.ts";
import { servicesOf } from "./services.ts";
import { FakeCloud } from "./testing/fake-cloud.ts";

let cloud: FakeCloud;
let logged: string[];
beforeEach(() => {
  cloud = new FakeCloud();
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  cloud.stop();
  vi.restoreAllMocks();
});

test("services are made once for one isolate", () => {
  expect(servicesOf(cloud.bindings)).toBe(servicesOf(cloud.bindings));
});

test.each(["DATABASE_URL", "ROOM_TOKEN_KEYS", "WATCH_ROOM"])(
  "without %s every request is a 503 that names it, and the log says so once",
  async (name) => {
    const bindings = { ...cloud.bindings, [name]: undefined };
    const api = createApi();
    for (const path of ["/health", "/v1/watch/media", "/parties/watch/room-1234"]) {
      const response = await api.request(path, {}, bindings);
      expect(response.status).toBe(503);
      const problem = problemSchema.parse(await response.json());
      expect(problem.code).toBe("unavailable");
      expect(problem.detail).toContain(name);
      expect(JSON.stringify(problem)).not.toMatch(/password|secret|redis-token/);
    }
    expect(logged.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
    expect(logged[0]).toContain(name);
  },
);

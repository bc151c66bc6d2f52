import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problemSchema } from "../../protocol/problem.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const path = "/media/timecode.mp4";
const bytes = Uint8Array.from({ length: 1000 }, (_none, at) => at % 251);
let cloud: FakeCloud;

const put = (headers: Record<string, string>, body: BodyInit = bytes) =>
  cloud.files.set(path, { body, headers });
beforeEach(() => {
  cloud = new FakeCloud();
  put({ "Content-Type": "video/mp4", ETag: '"v1"' });
});
afterEach(() => {
  cloud.stop();
  vi.restoreAllMocks();
});

const get = (headers: Record<string, string> = {}, method = "GET") =>
  cloud.request(path, { method, headers });
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

test("the whole file comes with its length, its tag and word that ranges work", async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=3600",
    "content-length": "1000",
    "content-type": "video/mp4",
    etag: '"v1"',
  });
  expect(await bytesOf(response)).toEqual(bytes);
});

test.each([
  ["bytes=0-99", "bytes 0-99/1000", 0, 100],
  ["bytes=900-", "bytes 900-999/1000", 900, 1000],
  ["bytes=-1", "bytes 999-999/1000", 999, 1000],
])("%s is answered with those bytes", async (range, contentRange, first, end) => {
  const response = await get({ Range: range });
  expect(response.status).toBe(206);
  expect(response.headers.get("Content-Range")).toBe(contentRange);
  expect(response.headers.get("Content-Length")).toBe(String(end - first));
  expect(await bytesOf(response)).toEqual(bytes.subarray(first, end));
});

test("a range outside the file is a 416 that tells the file's size", async () => {
  const response = await get({ Range: "bytes=1000-" });
  expect(response.status).toBe(416);
  expect(response.headers.get("Content-Range")).toBe("bytes */1000");
  expect(problemSchema.parse(await response.json()).code).toBe("range_not_satisfiable");
});

test("HEAD tells what GET would, without bytes and without ranges", async () => {
  const response = await get({ Range: "bytes=0-9" }, "HEAD");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Length")).toBe("1000");
  expect(await bytesOf(response)).toHaveLength(0);
});

test("If-Range keeps a client from gluing two versions together", async () => {
  expect((await get({ Range: "bytes=0-9", "If-Range": '"v1"' })).status).toBe(206);
  expect((await get({ Range: "bytes=0-9", "If-Range": '"v0"' })).status).toBe(200);
  const date = "Tue, 01 Jan 2030 00:00:00 GMT";
  expect((await get({ Range: "bytes=0-9", "If-Range": date })).status).toBe(200);
});

test("a client that has the file already gets 304", async () => {
  for (const tag of ['"v1"', 'W/"v1"', '"v0", "v1"', "*"]) {
    const response = await get({ "If-None-Match": tag, Range: "bytes=0-9" });
    expect(response.status).toBe(304);
    expect(response.headers.get("ETag")).toBe('"v1"');
  }
  expect((await get({ "If-None-Match": '"v0"' })).status).toBe(200);
});

test("a file without a tag gets one from its content", async () => {
  put({ "Content-Type": "video/mp4" });
  const tag = (await get()).headers.get("ETag") ?? "";
  expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
  expect((await get({ "If-None-Match": tag })).status).toBe(304);
  put({ "Content-Type": "video/mp4" }, new Uint8Array(10));
  expect((await get({ "If-None-Match": tag })).status).toBe(200);
});

test("only the listed clips are there, and a clip that was not built is a 404, not the site's page", async () => {
  for (const other of [
    "/media/nope.mp4",
    "/media/..%2findex.html",
    "/media/",
    "/media/timecode.mp4/x",
  ])
    expect((await cloud.request(other, { headers: { Accept: "text/html" } })).status).toBe(404);
  cloud.files.clear();
  const response = await get();
  expect(response.status).toBe(404);
  expect(problemSchema.parse(await response.json()).code).toBe("not_found");
});

test("a file over the size limit is not served, and the log says why", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  put({ "Content-Type": "video/mp4" }, new Uint8Array(4 * 1024 * 1024 + 1));
  const response = await get({ Range: "bytes=0-9" });
  expect(problemSchema.parse(await response.json()).code).toBe("internal");
  expect(String(logged.mock.calls[0]?.[0])).toContain("over 4194304 bytes");
});

import { expect, test } from "vitest";
import { problemSchema } from "../../protocol/problem.ts";
import { createModule } from "../app.ts";
import { answerError } from "../errors.ts";
import { jsonBody } from "./json-body.ts";

const app = createModule();
app.onError(answerError);
app.post("/", jsonBody({ bytes_max: 100, depth_max: 3 }), async (c) => c.json(await c.req.json()));

const send = async (body: BodyInit | null, headers: Record<string, string> = {}) => {
  const response = await app.request("/", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
    duplex: "half",
  } as RequestInit);
  const json: unknown = await response.json();
  return response.ok ? json : problemSchema.parse({ ...(json as object) }).code;
};

test("a body within the limits reaches the handler as it was", async () => {
  expect(await send('{"a":["é"]}')).toEqual({ a: ["é"] });
  expect(await send("[1]", { "Content-Type": "application/json; charset=UTF-8" })).toEqual([1]);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/jsonp",
  "application/json; charset=latin1",
  "",
])("%j is no JSON", async (type) => {
  expect(await send("{}", { "Content-Type": type })).toBe("unsupported_media_type");
});

test.each(["", "{", "nope", "{'a':1}", "[1,]", "\u0000", "{}{}"])(
  "%j is not JSON",
  async (body) => {
    expect(await send(body)).toBe("invalid_json");
  },
);

test("bytes that are not UTF-8 are not JSON", async () => {
  expect(await send(new Uint8Array([0x22, 0xff, 0x22]))).toBe("invalid_json");
});

test("a body is measured in bytes, to the byte", async () => {
  expect(await send(`"${"é".repeat(49)}"`)).toBe("é".repeat(49));
  expect(await send(`"${"é".repeat(49)}x"`)).toBe("body_too_large");
});

test("Content-Length is not believed: what arrives is what counts", async () => {
  const chunk = new TextEncoder().encode(" ".repeat(40));
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let sent = 0; sent < 3; sent += 1) controller.enqueue(chunk);
      controller.close();
    },
  });
  expect(await send(stream, { "Content-Length": "2" })).toBe("body_too_large");
});

test("a body is refused for its depth before it is parsed", async () => {
  expect(await send("[[[1]]]")).toEqual([[[1]]]);
  expect(await send("[[[[")).toBe("body_too_deep");
});

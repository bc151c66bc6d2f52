import { connect } from "node:net";
import { expect, test } from "vitest";
import { ask, onEveryEngine, token } from "./upstash-engines.ts";

const mebibyte = 1024 * 1024;

onEveryEngine("the HTTP side", (gateway) => {
  const post = (body: BodyInit, path = "/") => gateway.ask(path, { body });

  test("path style: segments, a body as last argument, then the query", async () => {
    expect(await gateway.ask("/set/k/v%2Fw")).toMatchObject({
      status: 200,
      body: { result: "OK" },
    });
    expect((await gateway.ask("/GET/k", { method: "GET" })).body).toEqual({ result: "v/w" });
    await gateway.ask("/set/k?EX=100&NX", { body: "not written" });
    expect((await gateway.ask("/get/k")).body).toEqual({ result: "v/w" });
    await gateway.ask("/set/j?EX=100", { body: '{"a": 1}', method: "PUT" });
    expect((await gateway.ask("/get/j")).body).toEqual({ result: '{"a": 1}' });
    expect((await gateway.ask("/ttl/j")).body).toEqual({ result: 100 });
    expect((await gateway.ask("/echo/a+b%20c/")).body).toEqual({ result: "a+b c" });
    expect((await gateway.ask("/ping?a+b%2Bc")).body).toEqual({ result: "a b+c" });
    expect((await gateway.ask("/echo/grüße")).body).toEqual({ result: "grüße" });
  });

  test("the token may stand in the query, or be missing, wrong or nearly right", async () => {
    const { restUrl } = gateway.info();
    const bare = (path: string, authorization = "") =>
      ask(restUrl + path, { headers: { authorization } });
    const query = new URLSearchParams({ _token: token });
    expect(await bare(`/ping?${query}`)).toMatchObject({ status: 200, body: { result: "PONG" } });
    expect(await bare(`/set/k/v?${query}&EX=10`)).toMatchObject({ status: 200 });
    expect(await bare("/ttl/k", token)).toMatchObject({ body: { result: 10 } });
    expect(await bare("/ping", `bearer ${token}`)).toMatchObject({ status: 200 });
    const wrong = ["", "Bearer", "Bearer ", `Bearer ${token}x`, `Bearer ${token.slice(1)}x`];
    for (const authorization of wrong) {
      expect(await bare("/ping", authorization)).toMatchObject({
        status: 401,
        body: { error: expect.stringMatching(/^WRONGPASS/) },
      });
    }
    expect(await bare("/ping?_token=no", `Bearer ${token}`)).toMatchObject({ status: 401 });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "SET a b"],
    ["half of it", '["SET","a"'],
    ["an object", '{"SET":"a"}'],
    ["a string", '"PING"'],
    ["null", "null"],
    ["an empty command", "[]"],
    ["null as a name", "[null]"],
    ["null as an argument", '["SET","a",null]'],
    ["an object as an argument", '["SET","a",{"b":1.5}]'],
    ["an array as an argument", '["SET","a",["b"]]'],
    ["a thousand arrays in each other", "[".repeat(1_000) + "]".repeat(1_000)],
    ["a million open brackets", "[".repeat(1_000_000)],
    ["bytes that are no UTF-8", Uint8Array.of(0xff, 0xfe, 0x00)],
  ])("%s as a body is refused with 400 and a JSON error", async (_what, body) => {
    for (const path of ["/", "/pipeline", "/multi-exec"]) {
      expect(await post(body, path)).toMatchObject({
        status: 400,
        body: { error: expect.any(String) },
      });
    }
    for (const path of ["/pipeline", "/multi-exec"]) {
      expect((await post(`[["SET","a","1"],${body}]`, path)).status).toBe(400);
    }
    expect((await gateway.ask("/get/a")).body).toEqual({ result: null });
  });

  test("a command without a name is an error of that command", async () => {
    const error = expect.stringMatching(/^ERR Command is not available: ''/);
    expect(await post('[""]')).toMatchObject({ status: 400, body: { error } });
    expect(await post('[["SET","a","1"],[""]]', "/multi-exec")).toMatchObject({ status: 400 });
    expect((await post('[["EXISTS","a"],[""]]', "/pipeline")).body).toEqual([
      { result: 0 },
      { error },
    ]);
  });

  test("one byte more than 10 MiB is refused in words, up to that it is taken", async () => {
    const room = 10 * mebibyte - '["STRLEN",""]'.length;
    expect(await post(`["STRLEN","${"x".repeat(room)}"]`)).toMatchObject({ status: 200 });
    expect(await post(`["STRLEN","${"x".repeat(room + 1)}"]`)).toMatchObject({
      status: 400,
      body: {
        error: `ERR max request size exceeded. Limit: 10485760 bytes, Actual: ${10 * mebibyte + 1} bytes`,
      },
    });
    expect((await gateway.ask("/ping")).body).toEqual({ result: "PONG" });
  });

  test("an answer over 10 MiB is an error of its own command alone", async () => {
    await gateway.ask("/setrange/k/6000000/x");
    expect(await post('["MGET","k","k"]')).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("max request size exceeded") },
    });
    expect((await post('[["MGET","k","k"],["STRLEN","k"]]', "/pipeline")).body).toEqual([
      { error: expect.stringContaining("Actual: 12000002 bytes") },
      { result: 6_000_001 },
    ]);
  });

  test("too many arguments or commands are refused before Redis would close the connection", async () => {
    expect((await post(`["DEL"${',"a"'.repeat(1_000_000)}]`)).body).toEqual({
      error: expect.stringContaining("too many arguments"),
    });
    expect((await post(`[${Array(100_001).fill('["PING"]')}]`, "/pipeline")).body).toEqual({
      error: expect.stringContaining("too many commands"),
    });
  });

  test("other methods get 405, and a browser may ask first", async () => {
    for (const method of ["DELETE", "PATCH"]) {
      expect(await gateway.ask("/ping", { method })).toMatchObject({
        status: 405,
        body: { error: expect.any(String) },
      });
    }
    expect(await gateway.ask("/ping", { method: "HEAD" })).toMatchObject({ status: 200 });
    const preflight = await fetch(gateway.info().restUrl, {
      method: "OPTIONS",
      headers: { "access-control-request-headers": "authorization" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization");
  });

  test("formats it does not write are refused, not ignored", async () => {
    const resp2 = { "upstash-response-format": "resp2" };
    expect(await gateway.ask("/ping", { headers: resp2 })).toMatchObject({ status: 400 });
    const gzip = { "upstash-encoding": "gzip" };
    expect(await gateway.ask("/ping", { headers: gzip })).toMatchObject({ status: 400 });
  });

  test("what is not HTTP gets a JSON error as well", async () => {
    const socket = connect(Number(new URL(gateway.info().restUrl).port), "127.0.0.1");
    socket.write("NONSENSE\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('{"error":');
  });

  test("a sync token is sent with every answer and never twice the same", async () => {
    const first = (await gateway.ask("/ping")).headers.get("upstash-sync-token");
    const second = (await gateway.ask("/ping")).headers.get("upstash-sync-token");
    expect(first).toMatch(/\S/);
    expect(second).not.toBe(first);
  });

  test("five hundred clients at once are all answered, each with its own", async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => post(`["ECHO","${index}"]`)),
    );
    expect(answers.map(({ body }) => body)).toEqual(
      answers.map((_, index) => ({ result: `${index}` })),
    );
  });
});

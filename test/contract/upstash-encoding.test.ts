import { expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

const base64 = { "upstash-encoding": "base64" };

onEveryEngine("how values are written", (gateway) => {
  const run = async (command: unknown, headers?: Record<string, string>) =>
    (await gateway.ask("/", { body: JSON.stringify(command), headers: headers ?? {} })).body;

  test("in base64 every string is encoded, nested ones too; only a whole OK stays", async () => {
    expect(await run(["SET", "ok", "OK"], base64)).toEqual({ result: "OK" });
    expect(await run(["RPUSH", "l", "OK", "x"], base64)).toEqual({ result: 2 });
    expect(await run(["LRANGE", "l", 0, -1], base64)).toEqual({ result: ["T0s=", "eA=="] });
    expect(await run(["MGET", "ok", "none"], base64)).toEqual({ result: ["T0s=", null] });
    expect(await run(["EVAL", "return {1,{'a',{'b'}}}", 0], base64)).toEqual({
      result: [1, ["YQ==", ["Yg=="]]],
    });
    expect(await run(["LPUSH", "ok", 1], base64)).toEqual({
      error: expect.stringMatching(/^WRONGTYPE/),
    });
  });

  test("bytes that are no text survive, by path, by body and in base64", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await gateway.ask("/set/blob?EX=100", { body: bytes });
    const { body } = await gateway.ask("/get/blob", { headers: base64 });
    expect(body).toEqual({ result: Buffer.from(bytes).toString("base64") });
    expect(await run(["STRLEN", "blob"])).toEqual({ result: 256 });
    await gateway.ask("/set/p/%00%ff%fe");
    expect((await gateway.ask("/get/p", { headers: base64 })).body).toEqual({ result: "AP/+" });
    expect((await gateway.ask("/get/p")).body).toEqual({ result: "\u0000\ufffd\ufffd" });
    expect((await gateway.ask("/append/%ff/x")).body).toEqual({ result: 1 });
    expect((await gateway.ask("/keys/*", { headers: base64 })).body).toMatchObject({
      result: expect.arrayContaining(["/w=="]),
    });
  });

  test("integers keep all 64 bits, in and out", async () => {
    const { body } = await gateway.ask("/", { body: '["SET","big",9007199254740993]' });
    expect(body).toEqual({ result: "OK" });
    const response = await fetch(`${gateway.info().restUrl}/incr/big`, {
      headers: { authorization: `Bearer ${gateway.info().token}` },
    });
    expect(await response.text()).toBe('{"result":9007199254740994}');
  });

  test("numbers arrive as they were written, booleans as words", async () => {
    await gateway.ask("/", { body: '["RPUSH","l",1.50,-0,1e3,true,false,"  7 ",123]' });
    expect(await run(["LRANGE", "l", 0, -1])).toEqual({
      result: ["1.50", "-0", "1e3", "true", "false", "  7 ", "123"],
    });
  });

  test("a field that reads like a keyword is not taken for one", async () => {
    expect(await run(["XADD", "s", "1-1", "MAXLEN", "="])).toEqual({ result: "1-1" });
    expect(await run(["XRANGE", "s", "-", "+"])).toEqual({ result: [["1-1", ["MAXLEN", "="]]] });
    await run(["SET", "WITHTYPE", "x"]);
    expect(await run(["SCAN", "0", "MATCH", "WITHTYPE"])).toEqual({ result: ["0", ["WITHTYPE"]] });
  });
});

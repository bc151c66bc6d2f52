import { expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

onEveryEngine("pipelines and transactions", (gateway) => {
  const send = (path: string, commands: unknown) =>
    gateway.ask(path, { body: JSON.stringify(commands) });

  test("a pipeline answers each command in its place, errors among them", async () => {
    const { status, body } = await send("/pipeline", [
      ["SET", "k", "v"],
      ["LPUSH", "k", 1],
      ["MULTI"],
      ["NOSUCHCOMMAND"],
      ["GET", "k"],
    ]);
    expect(status).toBe(200);
    expect(body).toEqual([
      { result: "OK" },
      { error: expect.stringMatching(/^WRONGTYPE/) },
      { error: expect.stringContaining('"MULTI" is not allowed in REST') },
      { error: expect.stringMatching(/^ERR unknown command/) },
      { result: "v" },
    ]);
  });

  test("the client's pipeline, automatic pipeline and transaction", async () => {
    const redis = gateway.client();
    const results = await redis
      .pipeline()
      .set("a", { deep: [1] })
      .incr("n")
      .get("a")
      .exec();
    expect(results).toEqual(["OK", 1, { deep: [1] }]);
    const automatic = gateway.client({ enableAutoPipelining: true });
    expect(
      await Promise.all([automatic.incr("n"), automatic.incr("n"), automatic.get("n")]),
    ).toEqual([2, 3, 3]);
    expect(await redis.multi().set("t", 1).incr("t").get("t").exec()).toEqual(["OK", 2, 2]);
  });

  test("ten thousand commands in one pipeline keep their order", async () => {
    const commands = Array.from({ length: 10_000 }, (_, index) => ["ECHO", `${index}`]);
    const { body } = await send("/pipeline", commands);
    expect(body).toEqual(commands.map(([, text]) => ({ result: text })));
  });

  test("a transaction goes on after a command that fails, as Redis has it", async () => {
    const { status, body } = await send("/multi-exec", [
      ["SET", "k", "v"],
      ["LPUSH", "k", 1],
      ["APPEND", "k", "w"],
    ]);
    expect(status).toBe(200);
    expect(body).toEqual([
      { result: "OK" },
      { error: expect.stringMatching(/^WRONGTYPE/) },
      { result: 2 },
    ]);
  });

  test.each([
    ["an unknown command", ["NOSUCHCOMMAND"], /unknown command/],
    ["too few arguments", ["GET"], /wrong number of arguments/],
    ["a command that REST refuses", ["WATCH", "k"], /not allowed in REST/],
    ["a blocking read", ["XREAD", "BLOCK", 0, "STREAMS", "s", "0"], /not allowed in REST/],
  ])("%s discards the whole transaction", async (_what, command, reason) => {
    const { status, body } = await send("/multi-exec", [["SET", "k", "v"], command]);
    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringMatching(reason) });
    expect((await gateway.ask("/get/k")).body).toEqual({ result: null });
    expect((await gateway.ask("/ping")).body).toEqual({ result: "PONG" });
  });

  test("nothing comes between the commands of a transaction, whatever else is running", async () => {
    const redis = gateway.client();
    const noise = Array.from({ length: 300 }, () => redis.incr("n"));
    const transactions = Array.from({ length: 100 }, () =>
      send("/multi-exec", [
        ["INCR", "n"],
        ["INCR", "n"],
        ["GET", "n"],
      ]),
    );
    for (const { body } of await Promise.all(transactions)) {
      const [first, second, read] = body as { result: number | string }[];
      expect(second?.result).toBe(Number(first?.result) + 1);
      expect(Number(read?.result)).toBe(Number(second?.result));
    }
    await Promise.all(noise);
    expect(await redis.get("n")).toBe(500);
  });
});

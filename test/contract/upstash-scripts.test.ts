import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { onEveryEngine } from "./upstash-engines.ts";

const upstashScript = `#!lua flags=allow-key-locking
return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}`;
const sha1 = (script: string) => createHash("sha1").update(script).digest("hex");

onEveryEngine("scripts", (gateway) => {
  test("EVALSHA is NOSCRIPT until EVAL has brought the script, then runs it by the client's own digest", async () => {
    const redis = gateway.client();
    await redis.scriptFlush();
    const sha = sha1(upstashScript);
    await expect(redis.evalsha(sha, ["k"], ["x"])).rejects.toThrow(/NOSCRIPT/);
    expect(await redis.eval(upstashScript, ["k"], ["x"])).toEqual(["k", "x", 1]);
    expect(await redis.evalsha(sha, ["k"], ["x"])).toEqual(["k", "x", 2]);
    expect(await redis.evalsha(sha.toUpperCase(), ["k"], ["x"])).toEqual(["k", "x", 3]);
  });

  test("SCRIPT LOAD answers with the digest of what was sent, and SCRIPT EXISTS knows it", async () => {
    const redis = gateway.client();
    const sha = await redis.scriptLoad(upstashScript);
    expect(sha).toBe(sha1(upstashScript));
    expect(await redis.scriptExists(sha, "0".repeat(40))).toEqual([1, 0]);
    const pipeline = redis.pipeline().evalsha(sha, ["k"], ["x"]).scriptLoad("return 7");
    expect(await pipeline.exec()).toEqual([["k", "x", 1], sha1("return 7")]);
    expect(await redis.multi().evalsha(sha, ["k"], ["y"]).exec()).toEqual([["k", "y", 2]]);
    await redis.scriptFlush();
    expect(await redis.scriptExists(sha)).toEqual([0]);
    await expect(redis.evalsha(sha, ["k"], ["x"])).rejects.toThrow(/NOSCRIPT/);
  });

  test("a script that came as the body of a path is rewritten as well", async () => {
    const { body } = await gateway.ask("/script/load", { body: upstashScript });
    expect(body).toEqual({ result: sha1(upstashScript) });
    expect((await gateway.ask(`/evalsha/${sha1(upstashScript)}/1/k/x`)).body).toEqual({
      result: ["k", "x", 1],
    });
  });

  test("scripts without that shebang are left alone, and errors in one are the client's", async () => {
    const redis = gateway.client();
    expect(await redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", ["k"], ["v"])).toBe("OK");
    expect(await redis.createScript("return ARGV[1]").exec([], ["once"])).toBe("once");
    await expect(redis.eval("return nonsense(", [], [])).rejects.toThrow(/ERR/);
    await expect(redis.eval("return redis.call('LPUSH', 'k', 1)", [], [])).rejects.toThrow(
      /WRONGTYPE/,
    );
  });

  test("a read-only shebang runs", async () => {
    const script = "#!lua flags=no-writes\nreturn redis.call('GET', KEYS[1])";
    await gateway.client().set("k", "v");
    expect(await gateway.client().eval(script, ["k"], [])).toBe("v");
  });
});

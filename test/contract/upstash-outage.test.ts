import { once } from "node:events";
import { createServer, type Server, type Socket, connect as tcpConnect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../local/process/port.ts";
import { startEmbeddedRedis } from "../../local/redis/embedded.ts";
import { startGateway } from "../../local/redis/gateway/server.ts";
import { ask, onEveryEngine, token, until } from "./upstash-engines.ts";

/** A gateway whose way to Redis can be cut, made to hang, and restored. */
async function gatewayOverWire(silence_ms_max: number) {
  const engine = await startEmbeddedRedis();
  const wire = createWire(Number(new URL(engine.url).port));
  const redisPort = await wire.open(0);
  const port = await freePort(0);
  const gateway = await startGateway({
    port,
    token,
    redisUrl: `redis://127.0.0.1:${redisPort}`,
    gaps: engine.gaps,
    silence_ms_max,
  });
  const stop = async () => {
    await gateway.stop();
    await wire.cut();
    await engine.stop();
  };
  const url = `http://127.0.0.1:${port}`;
  const run = (...command: unknown[]) => ask(url, { body: JSON.stringify(command) });
  return { url, run, stop, wire: { ...wire, open: () => wire.open(redisPort) } };
}

/** A TCP relay on this machine. */
function createWire(target: number) {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let carry = (to: Socket, chunk: Buffer): void => void to.write(chunk);
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on("data", (chunk) => carry(to, chunk));
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  };
  return {
    open: async (port: number): Promise<number> => {
      server = createServer((near) => {
        const far = tcpConnect(target, "127.0.0.1");
        join(near, far);
        join(far, near);
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    cut: async (): Promise<void> => {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await closed;
    },
    /** Swallows everything. */
    hang: () => {
      carry = () => {};
    },
    /** Hands on a few bytes at a time. */
    drip: (bytes: number, pause_ms: number) => {
      carry = (to, chunk) => {
        const count = Math.ceil(chunk.length / bytes);
        for (let i = 0; i < count; i++) {
          const piece = chunk.subarray(i * bytes, (i + 1) * bytes);
          setTimeout(() => to.write(piece), i * pause_ms);
        }
      };
    },
    flow: () => {
      carry = (to, chunk) => void to.write(chunk);
    },
  };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
const start = async (silence_ms_max = 60_000) => {
  const gateway = await gatewayOverWire(silence_ms_max);
  stops.push(gateway.stop);
  return gateway;
};
const unavailable = {
  status: 503,
  body: { error: expect.stringMatching(/^ERR Redis is not available/) },
};

test("with Redis gone every request gets 503 and JSON, and all is well once it is back", async () => {
  const { url, run, wire } = await start();
  expect(await run("SET", "k", "v")).toMatchObject({ status: 200 });
  await wire.cut();
  await until("the loss is noticed", async () => (await run("GET", "k")).status === 503);
  expect(await run("GET", "k")).toMatchObject(unavailable);
  for (const path of ["/pipeline", "/multi-exec"]) {
    expect(await ask(url + path, { body: '[["GET","k"],["GET","k"]]' })).toMatchObject(unavailable);
  }
  expect(await ask(`${url}/subscribe/room`)).toMatchObject(unavailable);
  expect(await run("MULTI")).toMatchObject({ status: 400 });
  await wire.open();
  await until("it answers again", async () => (await run("GET", "k")).status === 200);
  expect((await run("GET", "k")).body).toEqual({ result: "v" });
});

test("a Redis that accepts commands and answers nothing costs its callers an error, not their patience", async () => {
  const { run, wire } = await start(300);
  wire.hang();
  const answers = await Promise.all([run("PING"), run("SET", "k", "lost"), run("GET", "k")]);
  for (const answer of answers) expect(answer).toMatchObject(unavailable);
  expect(answers[0]?.body).toEqual({ error: expect.stringContaining("no answer for 300 ms") });
  wire.flow();
  await until("it answers again", async () => (await run("PING")).status === 200);
});

test("a slow answer that keeps coming is not mistaken for silence", async () => {
  const { url, wire } = await start(300);
  wire.drip(7, 50);
  const pings = Array.from({ length: 20 }, () => ["PING"]);
  const { status, body } = await ask(`${url}/pipeline`, { body: JSON.stringify(pings) });
  expect(status).toBe(200);
  expect(body).toEqual(pings.map(() => ({ result: "PONG" })));
});

test("commands in flight when the connection breaks are not sent a second time", async () => {
  const { run, wire } = await start();
  wire.hang();
  const lost = run("INCR", "n");
  const also = run("INCR", "n");
  await new Promise((resolve) => setImmediate(resolve));
  await wire.cut();
  expect((await lost).status).toBe(503);
  expect((await also).status).toBe(503);
  wire.flow();
  await wire.open();
  await until("it answers again", async () => (await run("PING")).status === 200);
  expect((await run("GET", "n")).body).toEqual({ result: null });
});

test("subscribers are told by the end of their stream", async () => {
  const { url, wire } = await start();
  const response = await fetch(`${url}/subscribe/room`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = response.text();
  await wire.cut();
  expect(await text).toBe("data: subscribe,room,1\n\n");
});

onEveryEngine("an engine in trouble", (gateway) => {
  test.each([
    ["only reads", "while true do end"],
    ["has written", "redis.call('SET', 'half', 1) while true do end"],
  ])("a script that never ends and %s is ended, and everybody is served again", async (_, lua) => {
    const redis = gateway.client();
    await redis.set("k", "kept");
    const answer = await gateway.ask("/", { body: JSON.stringify(["EVAL", lua, 0]) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).toEqual({ error: expect.any(String) });
    await until("it serves again", async () => (await gateway.ask("/ping")).status === 200);
    expect(await redis.get("k")).toBe("kept");
  });

  // The embedded engine lives and dies with this process, so only the other one can be killed.
  if (gateway.engine === "redis-server") {
    test("a killed redis-server comes back with its data", async () => {
      const redis = gateway.client();
      await redis.set("k", "kept");
      const pid = await pidOf(gateway);
      process.kill(pid, "SIGKILL");
      await until("another one runs", async () => {
        const { status } = await gateway.ask("/ping");
        return status === 200 && (await pidOf(gateway)) !== pid;
      });
      expect(await redis.get("k")).toBe("kept");
    });
  }
});

async function pidOf(gateway: { ask: (path: string) => Promise<{ body: unknown }> }) {
  const { body } = await gateway.ask("/info/server");
  return Number(/process_id:(\d+)/.exec(JSON.stringify(body))?.[1]);
}

import { Redis as Direct } from "ioredis";
import { expect, test } from "vitest";
import { isRefusedByName } from "../../local/redis/gateway/policy.ts";
import { onEveryEngine } from "./upstash-engines.ts";

/** Every command by which one client could harm what the others share, as somebody might send it. */
const harmful = [
  "AUTH default x",
  "BLPOP k 0",
  "BLMOVE a b LEFT LEFT 0",
  "BZMPOP 0 1 k MIN",
  "CLIENT REPLY OFF",
  "CLIENT PAUSE 100000",
  "CLIENT TRACKING ON",
  "CONFIG SET maxmemory 1",
  "DEBUG SLEEP 100",
  "DISCARD",
  "EXEC",
  "HELLO 3",
  "HOST: x",
  "MONITOR",
  "MULTI",
  "POST /",
  "PSUBSCRIBE *",
  "QUIT",
  "REPLICAOF 127.0.0.1 1",
  "RESET",
  "SCRIPT DEBUG YES",
  "SELECT 1",
  "SHUTDOWN NOSAVE",
  "SSUBSCRIBE k",
  "SUBSCRIBE k",
  "SYNC",
  "UNSUBSCRIBE",
  "UNWATCH",
  "WAIT 1 0",
  "WATCH k",
  "XREAD COUNT 1 BLOCK 0 STREAMS s $",
  "XREADGROUP GROUP g c BLOCK 0 STREAMS s >",
] as const;

onEveryEngine("the connection that all share", (gateway) => {
  test.each(harmful)("%s is refused in any case and place, and harms nobody", async (line) => {
    const command = line.split(" ");
    const lower = [
      command[0]?.toLowerCase(),
      ...command.slice(1).map((word) => word.toLowerCase()),
    ];
    for (const words of [command, lower]) {
      expect(await gateway.ask("/", { body: JSON.stringify(words) })).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/not allowed in REST|is not available/) },
      });
      expect((await gateway.ask("/multi-exec", { body: JSON.stringify([words]) })).status).toBe(
        400,
      );
    }
    const pipeline = JSON.stringify([["SET", "k", "v"], command, ["GET", "k"]]);
    expect((await gateway.ask("/pipeline", { body: pipeline })).body).toEqual([
      { result: "OK" },
      { error: expect.any(String) },
      { result: "v" },
    ]);
    expect((await gateway.ask("/ping")).body).toEqual({ result: "PONG" });
  });

  test("names that only look like a refused one after conversion do not slip through", async () => {
    for (const name of ["clıent", " client", "CLIENT\r\nPING", "cl\u0000ient", "monitor\u2028"]) {
      const body = JSON.stringify([name, "REPLY", "OFF"]);
      expect((await gateway.ask("/", { body })).status).toBe(400);
    }
    expect((await gateway.ask("/ping")).body).toEqual({ result: "PONG" });
  });

  test("a stream read whose group or keys read BLOCK is not taken for a blocking one", async () => {
    const redis = gateway.client();
    await redis.xadd("BLOCK", "1-1", { a: 1 });
    await redis.xgroup("BLOCK", { type: "CREATE", group: "BLOCK", id: "0" });
    expect(await redis.xreadgroup("BLOCK", "c", "BLOCK", ">")).toHaveLength(1);
    expect(await redis.xread("BLOCK", "0")).toHaveLength(1);
  });

  test("a library may say its name, in a pipeline and a transaction too", async () => {
    const redis = gateway.client();
    expect(await redis.clientSetinfo("LIB-NAME", "some-library")).toBe("OK");
    expect(await redis.multi().set("k", 1).clientSetinfo("LIB-VER", "1.0").exec()).toEqual([
      "OK",
      "OK",
    ]);
  });

  test("each command of this engine that binds a connection, blocks or administers is judged", async () => {
    const direct = new Direct(gateway.info().redisUrl);
    const commands = (await direct.call("COMMAND")) as CommandFacts[];
    direct.disconnect();
    expect(commands.length).toBeGreaterThan(200);
    const unjudged = commands
      .filter(isDelicate)
      .map(([name]) => name.toUpperCase())
      .filter((name) => !isRefusedByName(name) && !harmless.has(name));
    expect(unjudged).toEqual([]);
  });
});

/** What COMMAND says of one: name, arity, flags, three key positions, ACL categories. */
type CommandFacts = [string, number, string[], number, number, number, string[]?, ...unknown[]];

const delicate = [
  "connection",
  "transaction",
  "blocking",
  "admin",
  "pubsub",
  "no_multi",
  "noscript",
];

function isDelicate([, , flags, , , , categories = []]: CommandFacts): boolean {
  return [...flags, ...categories].some((word) => delicate.includes(word.replace("@", "")));
}

/** Judged one by one: they neither keep anything in the connection nor stop the server. */
const harmless: ReadonlySet<string> = new Set(
  `COMMAND ECHO PING INFO LASTSAVE LOLWUT MEMORY PUBLISH PUBSUB SPUBLISH
   EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO FUNCTION SCRIPT
   XREAD XREADGROUP HRANDFIELD SPOP SRANDMEMBER`.split(/\s+/),
);

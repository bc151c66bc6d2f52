import { Redis as Direct } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { ask, onEveryEngine, token, until } from "./upstash-engines.ts";

onEveryEngine("publish and subscribe", (gateway) => {
  const leave: (() => void)[] = [];
  afterEach(() => {
    for (const end of leave.splice(0)) end();
  });

  /** Reads an event stream into lines; the promise resolves once its head has arrived. */
  const listen = async (path: string) => {
    const abort = new AbortController();
    leave.push(() => abort.abort());
    const response = await fetch(gateway.info().restUrl + path, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
      signal: abort.signal,
    });
    const lines: string[] = [];
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        lines.push(
          ...decoder
            .decode(chunk, { stream: true })
            .split("\n")
            .filter((l) => l !== ""),
        );
      }
    };
    const ended = read().catch(() => {});
    return { response, lines, ended, abort };
  };
  const publish = (channel: string, message: string) =>
    gateway.ask("/", { body: JSON.stringify(["PUBLISH", channel, message]) });

  test("the client's subscriber hears its channel and its pattern", async () => {
    const redis = gateway.client();
    const heard: unknown[] = [];
    const channel = redis.subscribe("news");
    const pattern = redis.psubscribe("new*");
    leave.push(
      () => void channel.unsubscribe(),
      () => void pattern.unsubscribe(),
    );
    const ready = Promise.all([
      new Promise((resolve) => channel.on("subscribe", resolve)),
      new Promise((resolve) => pattern.on("psubscribe", resolve)),
    ]);
    channel.on("message", (event) => heard.push(event));
    pattern.on("pmessage", (event) => heard.push(event));
    await ready;
    expect(await redis.publish("news", { title: "one, two" })).toBe(2);
    await until("both have heard it", () => heard.length === 2);
    const message = { title: "one, two" };
    expect(heard).toContainEqual({ channel: "news", message });
    expect(heard).toContainEqual({ pattern: "new*", channel: "news", message });
  });

  test("events are written as Upstash writes them, several channels in one stream", async () => {
    const { response, lines } = await listen("/subscribe/a/b%20c");
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    await publish("b c", "x,y");
    await publish("a", "line 1\nline 2");
    await until("all lines are there", () => lines.length >= 5);
    expect(lines).toEqual([
      "data: subscribe,a,1",
      "data: subscribe,b c,2",
      "data: message,b c,x,y",
      "data: message,a,line 1",
      "data: line 2",
    ]);
  });

  test("many messages arrive in order", async () => {
    const { lines } = await listen("/subscribe/many");
    const commands = Array.from({ length: 1_000 }, (_, index) => ["PUBLISH", "many", `${index}`]);
    await gateway.ask("/pipeline", { body: JSON.stringify(commands) });
    await until("all have arrived", () => lines.length === 1_001);
    expect(lines.slice(1)).toEqual(commands.map(([, , n]) => `data: message,many,${n}`));
  });

  test("a subscriber that leaves takes its connection to Redis with it", async () => {
    const direct = new Direct(gateway.info().redisUrl);
    const subscribers = async () => Number((await direct.pubsub("NUMSUB", "room"))[1]);
    const { abort } = await listen("/subscribe/room");
    expect(await subscribers()).toBe(1);
    abort.abort();
    await until("it is gone", async () => (await subscribers()) === 0);
    direct.disconnect();
  });

  test("a subscription needs a channel and the token", async () => {
    expect((await gateway.ask("/subscribe")).status).toBe(400);
    expect((await gateway.ask("/subscribe/")).status).toBe(400);
    const url = `${gateway.info().restUrl}/subscribe/a`;
    expect(await ask(url, { headers: { authorization: "Bearer no" } })).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining("WRONGPASS") },
    });
  });
});

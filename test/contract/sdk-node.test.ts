import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyTextOf } from "../../functions/analytics/key-text.ts";
import { startAnalytics } from "../../sdk/node.ts";
import { type StandIn, startStandIn } from "../sdk/stand-in.ts";

let server: StandIn;
let path = "";
beforeEach(async () => {
  server = await startStandIn();
  path = join(await mkdtemp(join(tmpdir(), "offrail-sdk-")), "events");
});
afterEach(async () => {
  await server.close();
  await rm(join(path, ".."), { recursive: true, force: true });
});

const keyOf = (env: "live" | "sandbox", keyId = "write-key-01") =>
  keyTextOf(
    { kind: "write", gameId: "tower-of-hats-01", keyId, env },
    { id: "test", secret: "only-for-tests-and-of-no-use-elsewhere" },
  );

/** One run of the game's server, which records one event and ends. */
async function run(writeKey: string, name: string): Promise<void> {
  const client = await startAnalytics({ url: server.url, writeKey, player: "ada" }, path);
  await client.event(name);
  await client.stop();
}

const namesKept = () =>
  [...server.kept.values()].flatMap((event) => (event.kind === "event" ? [event.name] : []));

test("what waited with a sandbox key does not go out with a live one, though the file is named the same", async () => {
  server.moods.push({ status: 503 });
  await run(await keyOf("sandbox"), "only a try");
  await run(await keyOf("live"), "for real");
  expect(namesKept()).toEqual(["for real"]);
  await run(await keyOf("sandbox"), "another try");
  expect(namesKept()).toEqual(["for real", "only a try", "another try"]);
  const keys = server.requests.slice(1).map(({ key }) => key);
  expect([...new Set(keys)]).toEqual([
    `header Bearer ${await keyOf("live")}`,
    `header Bearer ${await keyOf("sandbox")}`,
  ]);
});

test("what waited goes out with the next key of the same place, so that keys can be replaced", async () => {
  server.moods.push({ status: 503 });
  await run(await keyOf("live"), "before");
  await run(await keyOf("live", "write-key-02"), "after");
  expect(namesKept()).toEqual(["before", "after"]);
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, vi } from "vitest";
import { freePort } from "../../local/process/port.ts";
import { testKeys, testKeysSetting } from "./keys.ts";
import { matchRoomConformance } from "./match-rooms.ts";
import { targetAt } from "./target.ts";
import { watchRoomConformance } from "./watch-room.ts";

const root = resolve(import.meta.dirname, "../..");
const start_ms_max = 50_000;
const stop_ms_max = 5_000;
let origin = "";
let child: ChildProcess | undefined;
let output = "";

/** The classic host, as `npx partykit dev` starts it, in a process group of its own. */
beforeAll(async () => {
  const port = await freePort(0);
  origin = `http://127.0.0.1:${port}`;
  const dev = spawn(
    process.execPath,
    [
      resolve(root, "node_modules/partykit/dist/bin.mjs"),
      "dev",
      ...["--port", String(port), "--persist", "false"],
      ...["--var", `ROOM_TOKEN_KEYS=${testKeysSetting}`],
      "--no-hotkeys",
      "--disable-request-cf-fetch",
    ],
    { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  child = dev;
  for (const stream of [dev.stdout, dev.stderr])
    stream.on("data", (chunk) => {
      output = (output + String(chunk)).slice(-10_000);
    });
  // A room's address without an upgrade answers as soon as the party is there.
  await vi.waitUntil(
    async () => {
      if (dev.exitCode !== null) throw new Error(`partykit dev ended:\n${output}`);
      const answer = await fetch(`${origin}/parties/watch/is-it-up`).catch(() => undefined);
      return answer?.status === 426;
    },
    { timeout: start_ms_max, interval: 100 },
  );
});

/** Ends the whole group: `partykit dev` has a workerd and an esbuild of its own. */
afterAll(async () => {
  if (child?.pid === undefined || child.exitCode !== null) return;
  const group = -child.pid;
  const ended = once(child, "exit");
  process.kill(group, "SIGTERM");
  const timer = setTimeout(() => process.kill(group, "SIGKILL"), stop_ms_max);
  await ended;
  clearTimeout(timer);
});

watchRoomConformance(targetAt("classic PartyKit", () => origin, testKeys));
matchRoomConformance({ name: "classic PartyKit", origin: () => origin, keys: testKeys });

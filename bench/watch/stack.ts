import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startStack } from "../../local/stack.ts";
import { signResumeToken, signRoomToken } from "../../platform/tokens/room.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import type { WatchRoomData } from "../../protocol/watch/room-data.ts";
import { liftedLimits } from "../limits.ts";
import { childWith } from "../processes.ts";

const token_ms = 600_000;

/** The whole product on this machine, as `npm start` runs it, in a folder of its own. */
export interface BenchStack {
  readonly url: string;
  readonly metricsToken: string;
  /** The process that runs the Worker and the rooms, with workerd under it. */
  readonly pid: number;
  /** Address of a member's socket to a room, with a token that lets them in. */
  socketUrl(room: string, member: number): Promise<string>;
  /** The same for somebody who was there, has followed the chat so far, and comes over another port. */
  resumeUrl(room: string, member: number, since: number, port: number): Promise<string>;
  stop(): Promise<void>;
}

export async function startBenchStack(): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const ports = { site: 0, redis: 0, postgres: 0 };
    const stack = await startStack({ folder, ports, settings: { RATE_LIMITS: liftedLimits } });
    const keys = keysOf(stack.secrets.roomTokenKeys);
    const lifetime = () => ({ now_ms: Date.now(), lifetime_ms: token_ms });
    const address = (room: string, token: string) => {
      const url = new URL(`/parties/watch/${room}?token=${token}`, stack.url);
      url.protocol = "ws:";
      return url;
    };
    return {
      url: stack.url,
      metricsToken: stack.secrets.metricsToken,
      pid: await childWith(process.pid, "local/worker/main.ts"),
      socketUrl: async (room, member) =>
        address(room, await signRoomToken(claimsOf(room, member), keys, lifetime())).href,
      resumeUrl: async (room, member, since, port) => {
        const token = await signResumeToken(claimsOf(room, member), keys, lifetime());
        const url = address(room, token);
        url.searchParams.set("since", String(since));
        url.port = String(port);
        return url.href;
      },
      stop: async () => {
        await stack.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function claimsOf(room: string, member: number) {
  const data: WatchRoomData = {
    title: "Bench",
    media: { kind: "sample", id: "timecode" },
    maxParticipants: 200,
    permissions: defaultPermissions,
    gate: false,
    public: false,
    hasPassword: false,
    session: `session-${member}`,
  };
  const role = member === 0 ? "host" : "viewer";
  return {
    party: "watch" as const,
    room,
    member: `m${member}`,
    name: `Name ${member}`,
    role,
    data,
  };
}

function keysOf(text: string) {
  return text.split(",").map((key) => {
    const colon = key.indexOf(":");
    return { id: key.slice(0, colon), secret: key.slice(colon + 1) };
  });
}

import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { startPart } from "../../local/process/spawn.ts";
import type { CallData } from "../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { interleave, percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";
import { Line, lobbyClaims, type StackAddress } from "./sockets.ts";

const rounds = 600;
/** A page may say 150 things at once; so the signals are those of several calls. */
const calls = 8;
/** A batch of ICE candidates as browsers make them. */
const signal = {
  candidates: Array.from({ length: 4 }, (_, number) => ({
    candidate: `candidate:84216${number} 1 udp 1677729535 203.0.113.7 46${number}54 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag Xy7a network-cost 999`,
    sdpMid: "0",
    sdpMLineIndex: 0,
  })),
};

/** A signal from one page to the other, through our room and through Socket.IO, in turn. */
export async function measureRelay(stack: StackAddress): Promise<BenchResult> {
  const part = await startPart<{ port: number }>(
    new URL("./socketio-server.ts", import.meta.url),
    {},
    20_000,
  );
  const relays: Awaited<ReturnType<typeof ourRelay>>[] = [];
  for (let call = 0; call < calls; call += 1) relays.push(await ourRelay(stack));
  let round = 0;
  const ours = {
    once: async () => {
      round += 1;
      await relays[round % calls]?.once();
    },
    close: () => Promise.all(relays.map((relay) => relay.close())),
  };
  const theirs = await socketIoRelay(part.info.port);
  try {
    const samples = await interleave(
      [
        { name: "ours", run: ours.once },
        { name: "socketio", run: theirs.once },
      ],
      rounds,
    );
    const at = (name: string, share: number) => percentile(samples.get(name) ?? [], share);
    return {
      relay_p50_ms: rounded(at("ours", 0.5)),
      relay_p95_ms: rounded(at("ours", 0.95)),
      relay_socketio_p50_ms: rounded(at("socketio", 0.5)),
      relay_socketio_p95_ms: rounded(at("socketio", 0.95)),
      relay_ratio: rounded(at("ours", 0.5) / at("socketio", 0.5)),
    };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
    await part.stop();
  }
}

async function ourRelay(stack: StackAddress) {
  const room = `bench-${randomUUID()}`;
  const openedAt_ms = Date.now();
  const lines: Line[] = [];
  for (const [member, partner, role] of [
    ["ann", "bob", "impolite"],
    ["bob", "ann", "polite"],
  ] as const) {
    const { facts } = lobbyClaims("eu-0", partner).data as { facts: CallData["partner"] };
    const data: CallData = {
      lobby: "eu-0",
      members: ["ann", "bob"],
      openedAt_ms,
      limit_ms: 3_600_000,
      partner: { ...facts, id: partner, name: partner },
    };
    const claims: RoomClaims = { party: "call", room, member, name: member, role, data };
    const line = await Line.open(stack, claims);
    line.send({ type: "hello" });
    await line.next("welcome");
    lines.push(line);
  }
  const [ann, bob] = lines;
  if (ann === undefined || bob === undefined) throw new Error("two are needed");
  await bob.next("restart");
  let number = 0;
  return {
    once: async () => {
      number += 1;
      ann.send({ type: "signal", generation: 1, number, signal });
      const { epoch, seq } = await bob.next("signal");
      bob.send({ type: "ack", epoch, seq });
    },
    close: async () => void (await Promise.all(lines.map((line) => line.close()))),
  };
}

async function socketIoRelay(port: number) {
  const open = async (): Promise<Socket> => {
    const options = { transports: ["websocket"], query: { room: "bench" }, forceNew: true };
    const socket = io(`http://127.0.0.1:${port}`, options);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const [ann, bob] = [await open(), await open()];
  let number = 0;
  return {
    once: () => {
      number += 1;
      const heard = new Promise((resolve) => bob.once("signal", resolve));
      ann.emit("signal", { number, signal });
      return heard;
    },
    close: async () => {
      ann.close();
      bob.close();
    },
  };
}

import { isolateMeter } from "../../platform/meter/isolate.ts";
import type { Meter } from "../../platform/meter/meter.ts";
import type { RoomTypes } from "../room.ts";
import type { RoomMeter } from "./meter.ts";
import type { RoomPorts, RoomSocket } from "./ports.ts";

/** The isolate's meter, if the object's environment says where to write. */
export function isolateMeterOf(env: unknown): Meter | undefined {
  const { UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN, VERSION } = env as Record<
    string,
    unknown
  >;
  if (typeof UPSTASH_REDIS_REST_URL !== "string" || typeof UPSTASH_REDIS_REST_TOKEN !== "string")
    return undefined;
  return isolateMeter({
    url: UPSTASH_REDIS_REST_URL,
    token: UPSTASH_REDIS_REST_TOKEN,
    version: typeof VERSION === "string" ? VERSION : "dev",
  }).meter;
}

/** How long the environment has rooms keep their counts to themselves; undefined for as long as usual. */
export function toldAfter_ms(env: unknown): number | undefined {
  const told_s = Number((env as { METER_ROOM_S?: unknown }).METER_ROOM_S ?? Number.NaN);
  return told_s >= 0 ? told_s * 1000 : undefined;
}

/**
 * The same ports, with what storage bills counted: each key put or deleted, and each alarm set. What
 * waits for a timer or for work outside keeps the room up.
 */
export function meteredPorts<T extends RoomTypes>(
  ports: RoomPorts<T>,
  meter: RoomMeter | undefined,
): RoomPorts<T> {
  if (meter === undefined) return ports;
  return {
    ...ports,
    after: (delay_ms, act) => {
      meter.held(ports.now_ms());
      ports.after(delay_ms, () => {
        try {
          act();
        } finally {
          meter.released(ports.now_ms());
        }
      });
    },
    runTask: (task) => held(meter, ports.now_ms, ports.runTask(task)),
    store: (changes) => {
      meter.count("rows_written", Object.keys(changes.puts).length + changes.deletes.length);
      ports.store(changes);
    },
    setAlarm: (at_ms) => {
      meter.count("rows_written");
      ports.setAlarm(at_ms);
    },
    forget: () => {
      meter.count("rows_written");
      ports.forget();
    },
    count: (name, amount) => meter.countNamed(name, amount),
  };
}

/** The same work, whose time is counted: the room is up until it has ended. */
export function held<T>(meter: RoomMeter, now_ms: () => number, work: Promise<T>): Promise<T> {
  meter.held(now_ms());
  return work.finally(() => meter.released(now_ms()));
}

const encoder = new TextEncoder();
/** A broadcast sends one text many times; it is measured once. */
let measured = { text: "", bytes: 0 };

/** The same socket, with frames and their bytes counted. */
export function meteredSocket(socket: RoomSocket, meter: RoomMeter | undefined): RoomSocket {
  if (meter === undefined) return socket;
  return {
    ...socket,
    send: (text) => {
      if (measured.text !== text) measured = { text, bytes: encoder.encode(text).byteLength };
      meter.count("socket_messages_out");
      meter.count("bytes_out", measured.bytes);
      socket.send(text);
    },
  };
}

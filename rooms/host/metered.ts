import type { RoomTypes } from "../room.ts";
import { type RoomMeter, told_ms_max } from "./meter.ts";
import type { RoomPorts, RoomSocket } from "./ports.ts";

/** How long the environment has rooms keep their counts to themselves. */
export function toldAfter_ms(env: unknown): number {
  const told_s = Number((env as { METER_ROOM_S?: unknown }).METER_ROOM_S ?? Number.NaN);
  return told_s >= 0 ? told_s * 1000 : told_ms_max;
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
      meter.awake.hold(ports.now_ms());
      ports.after(delay_ms, () => {
        try {
          act();
        } finally {
          meter.awake.release(ports.now_ms());
        }
      });
    },
    runTask: (task) => meter.awake.during(ports.runTask(task), ports.now_ms),
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

import { z } from "zod";
import type { RoomEffect, RoomMachine, RoomTypes } from "../../rooms/room.ts";

const probeUpSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("add"), amount: z.number() }),
  z.object({ type: z.literal("drop") }),
  z.object({ type: z.literal("alarm"), at_ms: z.number().nullable() }),
  z.object({ type: z.literal("task"), input: z.string() }),
  z.object({ type: z.literal("fill"), keys: z.number(), value_bytes: z.number() }),
  z.object({ type: z.literal("uncloneable") }),
  z.object({ type: z.literal("fail") }),
]);

const probeRequestSchema = z.object({ type: z.enum(["read", "fail", "mute", "twice"]) });

export interface ProbeTypes extends RoomTypes {
  up: z.infer<typeof probeUpSchema>;
  down: { readonly type: string; readonly value: number | string };
  request: z.infer<typeof probeRequestSchema>;
  reply: ProbeState;
  task: string;
  answer: string;
}

/** What the probe remembers, each field under a key of its own. */
export interface ProbeState {
  readonly total: number;
  readonly rings: number;
  readonly opens: number;
}

/** A machine that uses every event and effect there is, to test the host by; it means nothing. */
export const probeMachine: RoomMachine<ProbeState, ProbeTypes> = {
  limits: {
    connections_max: 3,
    connections_per_member_max: 2,
    messages_per_s: 10,
    messages_burst: 20,
    strikes_max: 3,
  },
  worstCaseBytes: () => 64 * 1024,
  up: probeUpSchema,
  request: probeRequestSchema,
  restore(stored) {
    if (stored.has("poison")) throw new Error("secret of the storage");
    const number = (key: string) => Number(stored.get(key) ?? 0);
    return { total: number("total"), rings: number("rings"), opens: number("opens") };
  },
  step(state, event) {
    switch (event.type) {
      case "open":
        return changed({ ...state, opens: state.opens + 1 }, "opens");
      case "message":
        return message(state, event.message);
      case "alarm":
        return changed({ ...state, rings: state.rings + 1 }, "rings");
      case "request":
        if (event.request.type === "fail") throw new Error("secret of the machine");
        return { state, effects: replies(state, event.request.type) };
      case "answer":
        return {
          state,
          effects: [{ type: "broadcast", message: { type: "answer", value: event.answer } }],
        };
      case "join":
      case "leave":
        return { state, effects: [] };
    }
  },
};

type ProbeEffect = RoomEffect<ProbeTypes>;

function message(state: ProbeState, up: ProbeTypes["up"]) {
  switch (up.type) {
    case "add":
      return changed({ ...state, total: state.total + up.amount }, "total");
    case "drop":
      return { state: { ...state, total: 0 }, effects: [stored({ total: null })] };
    case "alarm":
      return { state, effects: [{ type: "alarm", at_ms: up.at_ms }] satisfies ProbeEffect[] };
    case "task":
      return { state, effects: [{ type: "task", task: up.input }] satisfies ProbeEffect[] };
    case "fill": {
      const value = "x".repeat(up.value_bytes);
      const keys = Array.from({ length: up.keys }, (_, index) => [`fill${index}`, value]);
      const told: ProbeEffect = { type: "broadcast", message: { type: "filled", value: up.keys } };
      return { state, effects: [stored(Object.fromEntries(keys)), told] };
    }
    case "uncloneable":
      // The total would change if the write were not refused first.
      return { state: { ...state, total: -1 }, effects: [stored({ total: () => -1 })] };
    case "fail":
      throw new Error("secret of the machine");
  }
}

function changed(state: ProbeState, key: keyof ProbeState) {
  const told: ProbeEffect = { type: "broadcast", message: { type: key, value: state[key] } };
  return { state, effects: [stored({ [key]: state[key] }), told] };
}

function stored(changes: Record<string, unknown>): ProbeEffect {
  return { type: "store", changes };
}

function replies(state: ProbeState, type: ProbeTypes["request"]["type"]): ProbeEffect[] {
  const reply: ProbeEffect = { type: "reply", reply: state };
  if (type === "mute") return [];
  return type === "twice" ? [reply, reply] : [reply];
}

import {
  type TailDown,
  type TailReply,
  type TailRequest,
  tailEvents_per_s,
  tailRequestSchema,
  tailUpSchema,
} from "../../protocol/analytics/tail.ts";
import {
  type Moment,
  peer_bytes_max,
  type RoomLimits,
  type RoomMachine,
  type Step,
} from "../room.ts";
import { freshSampler, placesOf, type SamplerState, sample } from "./sampler.ts";

/** The types a tail speaks in. Whoever watches says nothing; only buffers ask it. */
export interface TailTypes {
  up: never;
  down: TailDown;
  request: TailRequest;
  reply: TailReply;
  task: never;
  answer: never;
}

/** Who watches, and how much of this second was shown. Nothing of it is stored. */
export interface TailState {
  readonly watching: number;
  readonly sampler: SamplerState;
}

const limits: RoomLimits = {
  connections_max: 50,
  connections_per_member_max: 5,
  messages_per_s: 1,
  messages_burst: 5,
  strikes_max: 5,
};

/** One event on its way through, at most; there are never more than a second's. */
const event_bytes_max = 2_048;

type TailStep = Step<TailState, TailTypes>;

/** The live tail of a game: it shows what buffers tell it to whoever watches (SPEC.md). */
export const tailMachine: RoomMachine<TailState, TailTypes> = {
  limits,
  worstCaseBytes: ({ connections_max }) =>
    connections_max * peer_bytes_max + tailEvents_per_s * event_bytes_max,
  up: tailUpSchema,
  request: tailRequestSchema,
  restore: (_, peers) => ({ watching: peers.length, sampler: freshSampler }),
  step: (state, event, moment): TailStep => {
    switch (event.type) {
      case "join":
        return {
          state: { ...state, watching: state.watching + 1 },
          effects: [
            {
              type: "send",
              connectionId: event.peer.connectionId,
              message: { type: "welcome", server_ms: moment.now_ms },
            },
          ],
        };
      case "leave":
        return { state: { ...state, watching: Math.max(0, state.watching - 1) }, effects: [] };
      case "request":
        return shown(state, event.request, moment);
      case "open":
      case "message":
      case "alarm":
      case "answer":
        return { state, effects: [] };
    }
  },
};

function shown(
  state: TailState,
  { events, skipped }: TailRequest,
  { now_ms, random }: Moment,
): TailStep {
  const reply = { type: "reply", reply: { watching: state.watching > 0 } } as const;
  if (state.watching === 0) return { state, effects: [reply] };
  const { state: sampler, pass, skip } = sample(state.sampler, events.length, now_ms);
  const message: TailDown = {
    type: "events",
    events: placesOf(events.length, pass, random).flatMap((place) => events[place] ?? []),
    skipped: skipped + skip,
  };
  const next = { ...state, sampler };
  if (message.events.length + message.skipped === 0) return { state: next, effects: [reply] };
  return { state: next, effects: [reply, { type: "broadcast", message }] };
}

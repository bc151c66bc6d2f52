import { watchRequestSchema } from "../../protocol/watch/request.ts";
import { watchUpSchema } from "../../protocol/watch/up.ts";
import type { RoomEvent, RoomMachine } from "../room.ts";
import { announce } from "./announce.ts";
import { worstCaseBytes } from "./bytes.ts";
import { dropAbsent, openLateGate } from "./gate.ts";
import { tellVotes } from "./items.ts";
import { join } from "./join.ts";
import { answered, expire, setAlarm } from "./life.ts";
import { clearLost, endGraces, leave, noticeLost, passHost, tellMembers } from "./members.ts";
import { hear } from "./messages.ts";
import { skipIfWanted } from "./queue.ts";
import { request } from "./requests.ts";
import { restore } from "./restore.ts";
import { storeStats } from "./stats.ts";
import { Turn } from "./turn.ts";
import type { WatchState, WatchTypes } from "./types.ts";

/** The room of Watch Together; `SPEC.md` beside this file says each rule and names it. */
export const watchMachine: RoomMachine<WatchState, WatchTypes> = {
  limits: {
    // So many that 200 people with as many tabs as each may have always fit: people are counted, not tabs.
    connections_max: 600,
    connections_per_member_max: 3,
    messages_per_s: 20,
    messages_burst: 60,
    strikes_max: 5,
  },
  worstCaseBytes,
  up: watchUpSchema,
  request: watchRequestSchema,
  restore,
  step(state, event, moment) {
    const turn = new Turn(state, moment);
    happen(turn, event);
    settle(turn, state, event);
    return { state: turn.state, effects: turn.effects };
  },
};

function happen(turn: Turn, event: RoomEvent<WatchTypes>): void {
  switch (event.type) {
    case "join":
      join(turn, event.peer);
      return;
    case "message":
      hear(turn, event.peer, event.message);
      return;
    case "leave":
      leave(turn, event.peer, event.code);
      return;
    case "alarm":
      ring(turn);
      return;
    case "request":
      request(turn, event.request);
      return;
    case "answer":
      answered(turn, event.answer);
      return;
    case "open":
      return;
  }
}

/** The alarm is one for all: whatever is due by now is done. */
function ring(turn: Turn): void {
  turn.note({ alarm_ms: null });
  expire(turn);
  endGraces(turn);
  openLateGate(turn);
}

/** What follows from any event, whichever it was. */
function settle(turn: Turn, before: WatchState, event: RoomEvent<WatchTypes>): void {
  if (turn.fleeting.woken) {
    noticeLost(turn);
    turn.note({ woken: false });
  }
  if (turn.kept.options === null || turn.kept.expiring !== null) {
    setAlarm(turn);
    return;
  }
  if (turn.kept.members !== before.kept.members) {
    dropAbsent(turn);
    skipIfWanted(turn);
    tellVotes(turn, before.kept);
    clearLost(turn);
  }
  passHost(turn);
  tellMembers(turn, before, event.type === "join" ? event.peer.connectionId : undefined);
  storeStats(turn);
  announce(turn, event.type === "alarm" || turn.kept !== before.kept);
  setAlarm(turn);
}

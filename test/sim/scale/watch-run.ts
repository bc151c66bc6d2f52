import type { Random } from "../../../platform/testing/random.ts";
import { RoomSim } from "../../../rooms/testing/sim.ts";
import { watchMachine } from "../../../rooms/watch/machine.ts";
import { claimsOf } from "../../../rooms/watch/testing/room.ts";
import type { WatchState, WatchTypes } from "../../../rooms/watch/types.ts";
import { habits } from "./load.ts";
import { Tally, tallied } from "./tally.ts";

const hour_ms = 3_600_000;

/**
 * An hour of the real watch room with so many people, who do what `habits` says at moments that
 * chance picks. The room is full when the hour begins.
 */
export function watchHour(random: Random, people: number): Tally {
  const tally = new Tally();
  let sim: RoomSim<WatchState, WatchTypes> | undefined;
  const room = new RoomSim(tallied(watchMachine, tally, () => sim?.peers.size ?? 0));
  sim = room;
  let sockets = 0;
  const enter = (member: string) => {
    sockets += 1;
    const id = `${member}/${sockets}`;
    room.join(id, claimsOf(member, { role: member === "m0" ? "host" : "viewer" }));
    room.say(id, { type: "hello", rtt_ms: 60 });
    for (let probe = 0; probe < habits.watch.probes; probe += 1)
      room.say(id, { type: "clock", client_ms: room.now_ms });
    return id;
  };
  const memberOf = Array.from({ length: people }, (_, number) => `m${number}`);
  const socketOf = memberOf.map(enter);
  Object.assign(tally, new Tally());
  for (const { at_ms, person, act } of planOf(random, people)) {
    room.pass(Math.max(0, at_ms - (room.now_ms - begin_ms)));
    const socket = socketOf[person] ?? "";
    if (act === "chat") room.say(socket, { type: "say", text: "so it goes" });
    if (act === "command") {
      const { seq, playing } = room.state.kept.anchor;
      room.say(socket, { type: playing ? "pause" : "play", seq });
    }
    if (act === "break" || act === "visit") {
      if (act === "visit") room.say(socket, { type: "bye" });
      if (room.peers.has(socket)) room.leave(socket, act === "visit" ? 1000 : 1006);
      // A broken line is back within the grace; a place left on purpose goes to somebody else.
      room.pass(2_000);
      const member = act === "visit" ? `m${person}-${sockets}` : (memberOf[person] ?? "");
      memberOf[person] = member;
      socketOf[person] = enter(member);
    }
    // What pages were told is of no interest here, and would be an hour's talk for each of them.
    for (const sent of room.sent.values()) sent.length = 0;
  }
  return tally;
}

const begin_ms = 1_700_000_000_000;

interface Act {
  readonly at_ms: number;
  readonly person: number;
  readonly act: "chat" | "command" | "break" | "visit";
}

function planOf(random: Random, people: number): Act[] {
  const { chats_per_h, commands_per_h, breaks_per_h, visits_per_h } = habits.watch;
  const times = { chat: chats_per_h, command: commands_per_h, break: breaks_per_h };
  const acts: Act[] = [];
  for (let person = 0; person < people; person += 1)
    for (const [act, often] of Object.entries({ ...times, visit: visits_per_h }))
      for (let time = 0; time < often; time += 1)
        acts.push({ at_ms: random.below(hour_ms), person, act: act as Act["act"] });
  return acts.sort((a, b) => a.at_ms - b.at_ms);
}

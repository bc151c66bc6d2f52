import { setTimeout as pause } from "node:timers/promises";
import { noDrift } from "../../protocol/watch/report.ts";
import {
  createdWatchRoomSchema,
  type JoinedWatchRoom,
  joinedWatchRoomSchema,
} from "../../protocol/watch/rest.ts";
import { ClockKeeper } from "../../web/watch/session/clock-keeper.ts";
import { TestRuntime } from "../../web/watch/testing.ts";
import type { RoomSocket } from "../conformance/room-socket.ts";
import type { BudgetSite, Visitor } from "./budget-site.ts";

/** What goes on in an hour of a room of ten, at the rates of the load in `bench/load/watch`. */
export const watchRates = {
  viewers: 10,
  /** Play, pause and seek, by the host. */
  commands: 14,
  /** So many of them write, each so many messages. */
  talkers: 4,
  chats: 40,
  /** Times everybody's line is lost and comes back. */
  reconnects: 2,
  /** Their line, there and back, and how far their clock is off. */
  roundTrip_ms: 40,
  skew_ppm: 30,
} as const;

/** A room takes two chat messages a second of one person, so the hour goes by in that many steps. */
const steps = 40;
const step_ms = 520;
const hour_ms = 3_600_000;

interface Viewer {
  readonly visitor: Visitor;
  readonly joined: JoinedWatchRoom;
  socket: RoomSocket;
}

/** Ten people watch a film for an hour. @returns how many hours of people that were */
export async function watchHour(site: BudgetSite): Promise<number> {
  const { viewers: many } = watchRates;
  const host = site.visitor();
  const { room, seat } = createdWatchRoomSchema.parse(
    await host.ask("POST", "/v1/watch/rooms", { title: "Budget" }),
  );
  const clock = clockOfAnHour();
  const viewers: Viewer[] = [];
  for (let n = 0; n < many; n += 1)
    viewers.push(await arrive(site.visitor(), room.id, n === 0 ? seat : undefined, clock.probes));
  let seq = 0;
  for (let step = 0; step < steps; step += 1) {
    const stepEnds = pause(step_ms);
    for (const [n, viewer] of viewers.entries()) {
      if (n < watchRates.talkers && isIn(step, watchRates.chats)) await chat(viewer);
      if (n === 0 && isIn(step, watchRates.commands)) seq = await command(viewer, seq);
      if (isIn(step, watchRates.reconnects)) await comeBack(viewer);
      const asks = share(clock.requests, step);
      for (let ask = 0; ask < asks; ask += 1) await viewer.visitor.ask("GET", "/v1/time");
    }
    await stepEnds;
  }
  for (const viewer of viewers) await leave(viewer, room.id);
  return many;
}

async function arrive(
  visitor: Visitor,
  id: string,
  seat: string | undefined,
  probes: number,
): Promise<Viewer> {
  await visitor.ask("GET", `/v1/watch/rooms/${id}`);
  const asked = { name: "Viewer", ...(seat === undefined ? {} : { seat }) };
  const joined = joinedWatchRoomSchema.parse(
    await visitor.ask("POST", `/v1/watch/rooms/${id}/join`, asked),
  );
  const socket = await visitor.enter(joined.socketPath, joined.token);
  await socket.next("welcome");
  for (let probe = 0; probe < probes; probe += 1) {
    socket.send({ type: "clock", client_ms: probe });
    await socket.next("clock");
  }
  socket.send({ type: "hello", rtt_ms: watchRates.roundTrip_ms });
  return { visitor, joined, socket };
}

async function chat({ socket }: Viewer): Promise<void> {
  const ref = Math.random().toString(36).slice(2, 12);
  socket.send({ type: "say", text: "What did she say?", ref });
  await socket.next("chat", ({ message }) => (message as { ref?: string }).ref === ref);
}

/** @returns the room's count of commands after it */
async function command({ socket, joined }: Viewer, seq: number): Promise<number> {
  const [type, more] =
    seq % 2 === 0 ? ["play", {}] : (["seek", { position_ms: seq * 1_000 }] as const);
  socket.send({ type, seq, ...more });
  const { anchor } = await socket.next("anchor", ({ by }) => by === joined.memberId);
  return (anchor as { seq: number }).seq;
}

async function comeBack(viewer: Viewer): Promise<void> {
  const { visitor, joined } = viewer;
  viewer.socket.breakOff();
  viewer.socket = await visitor.enter(joined.socketPath, joined.resume, { since: "0" });
  await viewer.socket.next("welcome");
  viewer.socket.send({ type: "hello", rtt_ms: watchRates.roundTrip_ms });
}

async function leave({ visitor, joined, socket }: Viewer, id: string): Promise<void> {
  const drift = noDrift().map((_, bucket) => (bucket < 4 ? 300 : 0));
  await visitor.ask("POST", `/v1/watch/rooms/${id}/reports`, {
    seat: joined.seat,
    report: { drift },
  });
  socket.send({ type: "bye" });
  socket.close();
  await socket.whenClosed();
}

/** How often a page asks for the time in an hour of playing: its own code in virtual time. */
export function clockOfAnHour(): { readonly probes: number; readonly requests: number } {
  const runtime = new TestRuntime();
  const { roundTrip_ms, skew_ppm } = watchRates;
  const server_ms = (local_ms: number) => local_ms * (1 + skew_ppm / 1_000_000);
  let probes = 0;
  let requests = 0;
  const afterTrip = (answer: (server_ms: number) => void) =>
    runtime.after(roundTrip_ms, () => answer(server_ms(runtime.now_ms() - roundTrip_ms / 2)));
  const keeper: ClockKeeper = new ClockKeeper({
    runtime,
    probe: (client_ms) => {
      probes += 1;
      afterTrip((at_ms) => keeper.answered(client_ms, at_ms));
      return true;
    },
    askTime: (done) => {
      requests += 1;
      afterTrip(done);
    },
    needed: () => true,
    onChange: () => {},
    onMeasured: () => {},
  });
  keeper.connected();
  runtime.pass(hour_ms);
  keeper.stop();
  return { probes, requests };
}

/** Whether something that happens so often in an hour happens in this step. */
function isIn(step: number, perHour: number): boolean {
  return share(perHour, step) > 0;
}

/** How many of an hour's things fall into a step. */
function share(perHour: number, step: number): number {
  const by = (end: number) => Math.floor((perHour * end) / steps);
  return by(step + 1) - by(step);
}

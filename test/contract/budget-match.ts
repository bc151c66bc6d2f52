import { setTimeout as pause } from "node:timers/promises";
import { callDownSchema } from "../../protocol/match/call-down.ts";
import { lobbyDownSchema } from "../../protocol/match/lobby-down.ts";
import { enteredLobbySchema } from "../../protocol/match/rest-lobby.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import type { RoomSocket } from "../conformance/room-socket.ts";
import type { BudgetSite, Visitor } from "./budget-site.ts";

/** What goes on in a visit, at the rates of the load in `bench/load/match`. */
export const matchRates = {
  people: 12,
  /** Each with somebody else, about a minute long; the search for the next is included. */
  calls: 11,
  calls_perHour: 44,
  /** Messages of each to the other until sound and picture flow: a description, then candidates. */
  signals: 4,
  /** Times they tell the room how much they have heard. */
  acknowledgements: 1,
  /** Lines of each to the other, in every so manieth round; in all others their browsers have a channel. */
  chats: 1,
  roundsWithoutChannel: 11,
  /** Times the line to the lobby is lost and comes back. */
  reconnects: 1,
} as const;

interface Person {
  readonly visitor: Visitor;
  lobby: RoomSocket;
}

interface Seat {
  readonly person: Person;
  readonly socket: RoomSocket;
  readonly callId: string;
  readonly epoch: string;
}

/** As a page does before it acknowledges, lest more comes. */
const acknowledge_ms = 400;

/** Twelve people who know the place already; nothing of this is measured. */
export async function matchPeople(site: BudgetSite): Promise<readonly Visitor[]> {
  const people = Array.from({ length: matchRates.people }, () => site.visitor());
  for (const person of people) {
    await person.ask("POST", "/v1/auth/guest", { name: "Budget" });
    const profile = { name: "Ada", ageRange: "25-34", languages: ["en"], interests: ["chess"] };
    await person.ask("PUT", "/v1/match/profile", profile);
    const rules = { rulesVersion, adult: true, keepsRules: true };
    await person.ask("POST", "/v1/match/consent", rules);
  }
  return people;
}

/** They come, talk to each other for a quarter of an hour, and go. @returns how many hours of people that were */
export async function matchVisit(site: BudgetSite, visitors: readonly Visitor[]): Promise<number> {
  const people: Person[] = [];
  for (const visitor of visitors) {
    await visitor.ask("GET", "/v1/auth/session");
    await visitor.ask("GET", "/v1/match/me");
    people.push({ visitor, lobby: await enterLobby(visitor) });
  }
  for (let call = 0; call < matchRates.calls; call += 1) {
    const met: (readonly Seat[])[] = [];
    for (const pair of pairsOf(people, call)) met.push(await meet(pair));
    const chats = call % matchRates.roundsWithoutChannel === 0 ? matchRates.chats : 0;
    await Promise.all(met.map((seats) => talk(seats, chats)));
    if (call < matchRates.reconnects) for (const person of people) await comeBack(person);
  }
  // A call is kept for each of its two.
  await site.holds("match_call", people.length * matchRates.calls);
  for (const { visitor, lobby } of people) {
    await visitor.ask("GET", "/v1/match/calls");
    lobby.send({ type: "bye" });
    lobby.close();
    await lobby.whenClosed();
  }
  return (people.length * matchRates.calls) / matchRates.calls_perHour;
}

async function enterLobby(visitor: Visitor): Promise<RoomSocket> {
  const { lobby } = enteredLobbySchema.parse(await visitor.ask("POST", "/v1/match/lobby", {}));
  const socket = await visitor.enter(lobby.socketPath, lobby.token);
  await socket.next("welcome");
  return socket;
}

async function comeBack(person: Person): Promise<void> {
  person.lobby.breakOff();
  person.lobby = await enterLobby(person.visitor);
}

/** Who talks to whom in one of the rounds in which all meet all (the circle method). */
function pairsOf(people: readonly Person[], round: number): (readonly [Person, Person])[] {
  const [fixed, ...others] = people;
  const turned = [...others.slice(round), ...others.slice(0, round)];
  const circle = fixed === undefined ? turned : [fixed, ...turned];
  return circle.slice(0, circle.length / 2).flatMap((one, at) => {
    const other = circle[circle.length - 1 - at];
    return other === undefined ? [] : [[one, other] as const];
  });
}

/** Two search and find each other. */
async function meet(pair: readonly [Person, Person]): Promise<readonly Seat[]> {
  for (const { lobby } of pair) lobby.send({ type: "enqueue", wishes: {} });
  const seats: Seat[] = [];
  for (const person of pair) seats.push(await sitDown(person));
  for (const { socket } of seats) await socket.next("restart");
  for (const { person } of seats) await person.lobby.next("ended");
  return seats;
}

/** Two connect and talk, and one of them goes on. @param chats lines of each that the room carries */
async function talk(seats: readonly Seat[], chats: number): Promise<void> {
  for (let number = 1; number <= matchRates.signals; number += 1)
    for (const [at, { socket }] of seats.entries()) {
      socket.send({ type: "signal", generation: 1, number, signal: signalOf(number) });
      await seats[1 - at]?.socket.next("signal");
    }
  await pause(acknowledge_ms);
  for (let said = 1; said <= matchRates.acknowledgements; said += 1)
    for (const { socket, epoch } of seats)
      socket.send({
        type: "ack",
        epoch,
        seq: Math.floor((matchRates.signals * said) / matchRates.acknowledgements),
      });
  for (let line = 1; line <= chats; line += 1)
    for (const { socket } of seats) {
      const key = `${line}`;
      socket.send({ type: "say", key, text: "Where are you?" });
      await socket.next("chat", (frame) => (frame.line as { key: string }).key === key);
    }
  seats[0]?.socket.send({ type: "hangup", reason: "next" });
  for (const { person, socket } of seats) {
    await socket.next("ended");
    socket.close();
    await socket.whenClosed();
    person.lobby.send({ type: "status", status: "online" });
  }
  await seats[0]?.person.visitor.ask("POST", `/v1/match/calls/${seats[0].callId}/rating`, {
    rating: 4,
  });
}

async function sitDown(person: Person): Promise<Seat> {
  const found = lobbyDownSchema.parse(await person.lobby.next("matched"));
  if (found.type !== "matched") throw new Error("nobody was found");
  const { callId, token, icePath, ice } = found;
  if (ice === undefined) await person.visitor.ask("POST", icePath, { token });
  const socket = await person.visitor.enter(`/parties/call/${callId}`, token);
  socket.send({ type: "hello" });
  const welcome = callDownSchema.parse(await socket.next("welcome"));
  if (welcome.type !== "welcome") throw new Error("the call's room did not welcome");
  person.lobby.send({ type: "seated", callId });
  return { person, socket, callId, epoch: welcome.epoch };
}

function signalOf(number: number) {
  if (number === 1)
    return { description: { type: "offer", sdp: `v=0\r\n${"a=x\r\n".repeat(500)}` } };
  const candidate = `candidate:${number} 1 udp 1677729535 203.0.113.7 46154 typ srflx`;
  return { candidates: [{ candidate, sdpMid: "0" }] };
}

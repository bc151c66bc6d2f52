import type { Frame, RoomSocket } from "../room-socket.ts";
import type { CoreMatchVisit, Person } from "./core-visit.ts";

/** Does the same with both of two, one after the other. */
export async function both<One, Result>(
  [first, second]: readonly [One, One],
  act: (one: One) => Promise<Result>,
): Promise<readonly [Result, Result]> {
  return [await act(first), await act(second)];
}

/** Somebody begins to wait, and is told so. */
export async function wait({ socket }: Person, wishes: object = {}): Promise<Frame> {
  socket.send({ type: "enqueue", wishes });
  return socket.next("waiting");
}

/** Somebody for whom a partner has been found, and what they were told of it. */
export interface Matched extends Person {
  readonly match: Frame;
  readonly callId: string;
}

/** Waits until somebody is told of a partner. */
export async function found(person: Person): Promise<Matched> {
  const match = await person.socket.next("matched");
  return { ...person, match, callId: String(match.callId) };
}

/** Ann and Bob wait, and have been told of each other. */
export async function pair(visit: CoreMatchVisit): Promise<readonly [Matched, Matched]> {
  const people = await both(["ann", "bob"], (name) => visit.arrive(name));
  await both(people, (person) => wait(person));
  return both(people, found);
}

/** Goes to the call with the token that came with the match, greets it and is welcomed. */
export async function greet(
  visit: CoreMatchVisit,
  { match, callId }: Matched,
): Promise<{ readonly call: RoomSocket; readonly welcome: Frame }> {
  const call = await visit.follow(callId, String(match.token));
  call.send({ type: "hello" });
  return { call, welcome: await call.next("welcome") };
}

/** The two of a match take their seats, and their tickets end. */
export async function sitDown(
  visit: CoreMatchVisit,
  people: readonly [Matched, Matched],
): Promise<readonly [RoomSocket, RoomSocket]> {
  const calls = await both(people, async (person) => {
    const { call } = await greet(visit, person);
    person.socket.send({ type: "seated", callId: person.callId });
    return call;
  });
  await both(calls, (call) => call.next("restart"));
  await both(people, ({ socket }) => socket.next("ended"));
  return calls;
}

/** A signal with one candidate, by its number. */
export const candidate = (number: number, generation = 1) => ({
  type: "signal",
  generation,
  number,
  signal: { candidates: [{ candidate: `candidate ${number}`, sdpMid: "0" }] },
});

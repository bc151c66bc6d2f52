import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";
import { Line, lobbyClaims, type StackAddress } from "./sockets.ts";

const rounds = 150;
const racing = 5_000;
const capacity = 1_200;
/** Sockets that are being opened at once; a machine has only so many ports to open from. */
const lanes = 100;

/** From saying `enqueue` to holding the token of a call, with somebody compatible waiting. */
export async function measurePairing(stack: StackAddress): Promise<BenchResult> {
  const took_ms: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const room = `eu-bench-${round % 5}`;
    const people = [];
    for (const name of ["a", "b"]) {
      const person = await Line.open(stack, lobbyClaims(room, `${name}-${round}`));
      await person.next("welcome");
      people.push(person);
    }
    const [first, second] = people;
    if (first === undefined || second === undefined) throw new Error("two are needed");
    first.send({ type: "enqueue", wishes: {} });
    await first.next("waiting");
    const began_ms = performance.now();
    second.send({ type: "enqueue", wishes: {} });
    const [{ callId }] = await Promise.all([second.next("matched"), first.next("matched")]);
    took_ms.push(performance.now() - began_ms);
    for (const person of people) person.send({ type: "seated", callId });
    await Promise.all(people.map((person) => person.next("ended")));
    await Promise.all(people.map((person) => person.close()));
  }
  return {
    match_p50_ms: rounded(percentile(took_ms, 0.5)),
    match_p95_ms: rounded(percentile(took_ms, 0.95)),
  };
}

const ping_ms = 10_000;

/** How many more than 1,200 of 5,000 who come together a lobby lets in. */
export async function measureCapacity(stack: StackAddress): Promise<BenchResult> {
  const lines: Line[] = [];
  const verdicts: string[] = [];
  let number = 0;
  const lane = async () => {
    while (number < racing) {
      number += 1;
      const claims = lobbyClaims("eu-bench-full", `m${number}`, { capacity });
      const line = await Line.open(stack, claims);
      const { type, code } = await line.next("*");
      verdicts.push(type === "error" ? String(code) : type);
      if (type === "welcome") lines.push(line);
      else line.web.terminate();
    }
  };
  // Like pages do: on a slow machine this takes so long that silent sockets would give up their places.
  const pings = setInterval(() => {
    for (const line of lines) line.ping();
  }, ping_ms);
  await Promise.all(Array.from({ length: lanes }, lane));
  clearInterval(pings);
  const admitted = verdicts.filter((verdict) => verdict === "welcome").length;
  const refused = verdicts.filter((verdict) => verdict === "room_full").length;
  for (const line of lines) line.web.terminate();
  return {
    limit_overshoot: Math.abs(admitted - capacity) + (racing - admitted - refused),
    racing_connects: racing,
    racing_admitted: admitted,
  };
}

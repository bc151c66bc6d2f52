import process from "node:process";
import { sql } from "drizzle-orm";
import { createDb } from "../../db/client.ts";
import type { Stack } from "../../local/stack.ts";
import { type RateLimitPolicyName, rateLimitPolicies } from "../../platform/ratelimit/policies.ts";
import { type Random, seededRandom } from "../../platform/testing/random.ts";
import { tokenKeysSchema } from "../../platform/tokens/keys.ts";
import { signRoomToken } from "../../platform/tokens/room.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { percentile, rounded } from "../interleave.ts";
import type { BenchResult } from "../run.ts";

/** Settings of a stack for this: one address makes all the requests of a thousand people. */
export const httpSettings = {
  RATE_LIMITS: (Object.keys(rateLimitPolicies) as RateLimitPolicyName[])
    .map((name) => `${name}=1000000/60`)
    .join(","),
  LOG_LEVEL: "error",
} as const;

const users = 1_000;
/** As many guests are made at once. */
const lanes = 4;
/**
 * One read after another: what a cache keeps has nothing to do with how busy this machine is, but
 * a read that waits 35 ms for Redis goes on without it, and is no hit.
 */
const readLanes = 1;
/** Calls of a minute each, with five requests around each: what one person asks for. */
const cycle_s = 60;
const load_s = 20;
/** Half an hour of such calls: so long the cache may keep a profile. */
const readers = 100;
const readsOfProfile = 30;
const readsToChange = 500;
const tries_max = 10;
const settled_ms_max = 60_000;
const seed = 20_261_121;

interface User {
  readonly id: string;
  readonly cookie: string;
}

/**
 * The requests of 1,000 people who make calls of a minute each, against the whole stack, and how well
 * the cache does for half an hour of them. Latency counts from the moment a request was due, so that
 * a stall is felt by everybody who would have asked during it.
 * @param stack started with `httpSettings`
 */
export async function measureHttp(
  stack: Pick<Stack, "url" | "postgres" | "secrets">,
): Promise<BenchResult> {
  const random = seededRandom(seed);
  process.stderr.write(`making ${users} people\n`);
  const people = await makePeople(stack);
  process.stderr.write(`${users} people ask for ${load_s} s\n`);
  const load = await underLoad(stack, people, random);
  process.stderr.write(`reading ${readers * readsOfProfile} profiles\n`);
  const cache = await hitRate(stack, people.slice(0, readers), random);
  return { ...load, ...cache };
}

/** Guests over the API, and what they write of themselves in one statement. */
async function makePeople({ url, postgres }: Pick<Stack, "url" | "postgres">): Promise<User[]> {
  const made: User[] = [];
  await inLanes(lanes, users, async () => {
    made.push(await makeGuest(url));
  });
  const db = createDb(postgres);
  await db.batch([
    db.execute(sql`
      insert into match_profile (user_id, name, age_range, languages, interests, bio, links)
      select id, name, '25-34', '{en,de}', '{chess,go}', 'hello', '[]' from "user"
      where is_anonymous on conflict do nothing`),
    db.execute(sql`insert into match_consent (user_id, rules_version)
      select id, ${rulesVersion}::integer from "user" where is_anonymous on conflict do nothing`),
  ]);
  return made;
}

/** A machine too busy to count a sign-up refuses it for the moment; so it is tried again. */
async function makeGuest(url: string): Promise<User> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(`${url}/v1/auth/guest`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Bench" }),
    });
    if (response.ok) {
      const { user } = (await response.json()) as { user: { id: string } };
      const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
      return { id: user.id, cookie: cookie.join("; ") };
    }
    const text = await response.text();
    if (tries === tries_max) throw new Error(`no guest could be made: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Arrivals of a Poisson process, each sent when it is due, however many are under way. */
async function underLoad(
  stack: Pick<Stack, "url" | "secrets">,
  people: readonly User[],
  random: Random,
): Promise<BenchResult> {
  const asks = await askers(stack, people, random);
  const perSecond = (users * asks.length) / cycle_s;
  const latencies_ms: number[] = [];
  let good = 0;
  const under: Promise<void>[] = [];
  const began_ms = performance.now();
  for (let due_ms = 0; ; due_ms -= (Math.log(1 - random.next()) / perSecond) * 1000) {
    if (due_ms > load_s * 1000) break;
    await until(began_ms + due_ms);
    const ask = random.pick(asks);
    under.push(
      ask().then((ok) => {
        latencies_ms.push(performance.now() - began_ms - due_ms);
        if (ok) good += 1;
      }),
    );
  }
  await Promise.all(under);
  return {
    http_requests_1000_users: latencies_ms.length,
    http_p50_ms_1000_users: rounded(percentile(latencies_ms, 0.5)),
    http_p95_ms_1000_users: rounded(percentile(latencies_ms, 0.95)),
    success_rate_1000_users: rounded(good / latencies_ms.length),
  };
}

/** What people ask for around a call: the way in, the partner, the servers, the history, the rating. */
async function askers(
  { url, secrets }: Pick<Stack, "url" | "secrets">,
  people: readonly User[],
  random: Random,
): Promise<readonly (() => Promise<boolean>)[]> {
  const keys = tokenKeysSchema.parse(secrets.roomTokenKeys);
  const lifetime = { now_ms: Date.now(), lifetime_ms: 600_000 };
  const claims = {
    party: "call",
    room: "bench-call",
    name: "x",
    role: "polite",
    data: {},
  } as const;
  const someone = () => random.pick(people);
  return [
    () => send(url, someone(), "POST", "/v1/match/lobby", {}),
    () => send(url, someone(), "GET", `/v1/match/profiles/${someone().id}`),
    async () => {
      const user = someone();
      const token = await signRoomToken({ ...claims, member: user.id }, keys, lifetime);
      return await send(url, user, "POST", `/v1/match/calls/${claims.room}/ice`, { token });
    },
    () => send(url, someone(), "GET", "/v1/match/calls"),
    () => send(url, someone(), "GET", "/v1/match/me"),
  ];
}

/**
 * Each profile is read as often as in half an hour of calls, and changed now and then. The first
 * read of each is a miss, so that 0.967 is the most there can be. Reads for which Redis came too
 * late count as no hits, and are told beside.
 */
async function hitRate(
  stack: Pick<Stack, "url" | "secrets">,
  people: readonly User[],
  random: Random,
): Promise<BenchResult> {
  const before = await userCache(stack);
  const reads = people.length * readsOfProfile;
  await inLanes(readLanes, reads, async (at) => {
    const [reader, read] = [random.pick(people), random.pick(people)];
    const path = `/v1/match/profiles/${read.id}`;
    if (!(await send(stack.url, reader, "GET", path))) throw new Error(`${path} was refused`);
    if (at % readsToChange === 0)
      await send(stack.url, reader, "PATCH", "/v1/match/profile", { bio: `read ${at}` });
  });
  const deadline_ms = performance.now() + settled_ms_max;
  for (;;) {
    const after = await userCache(stack);
    const counted = after.reads - before.reads;
    if (counted >= reads)
      return {
        cache_hit_rate: rounded((after.hits - before.hits) / counted),
        cache_late_rate: rounded((after.late - before.late) / counted),
      };
    if (performance.now() > deadline_ms) throw new Error("the meter did not say how reads went");
    // The meter writes with later requests.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** How reads of the cache of people have ended since the beginning, as the meter says. */
async function userCache({ url, secrets }: Pick<Stack, "url" | "secrets">) {
  const headers = { Authorization: `Bearer ${secrets.metricsToken}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const outcomes = new Map<string, number>();
  for (const [, outcome = "", count] of text.matchAll(userReads))
    outcomes.set(outcome, Number(count));
  const of = (outcome: string) => outcomes.get(outcome) ?? 0;
  const reads = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  return { reads, hits: of("hit") + of("stale"), late: of("error") + of("bypass") };
}

const userReads = /^offrail_cache_reads_total\{cache="user",outcome="(\w+)"\} (\d+)$/gm;

/** @returns whether it was answered as it should be */
async function send(
  url: string,
  { cookie }: User,
  method: string,
  path: string,
  json?: unknown,
): Promise<boolean> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { Cookie: cookie, "Content-Type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Does something so many times, a few at once. */
async function inLanes(
  width: number,
  times: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < times; at = next++) await work(at);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

async function until(at_ms: number): Promise<void> {
  const left_ms = at_ms - performance.now();
  if (left_ms > 1) await new Promise((resolve) => setTimeout(resolve, left_ms));
}

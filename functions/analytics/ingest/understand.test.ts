import { expect, test } from "vitest";
import { forAll } from "../../../platform/testing/random.ts";
import { complaintsOf, eventRuleSchema } from "../../../protocol/analytics/event-schema.ts";
import { eventRowSchema } from "../../../protocol/analytics/row.ts";
import { makeUuid7, uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";
import { understand } from "./understand.ts";

const now_ms = Date.UTC(2026, 10, 21, 0, 0, 5);
const day_ms = 86_400_000;
const config = {
  rules: [],
  retention_days: 7 as const,
  retention_days_before: 90 as const,
  retentionFrom: "2026-11-10",
};
const uuidAt = (time_ms: number, last = 1) => makeUuid7(time_ms, new Uint8Array(10).fill(last));
const jump = (uuid: string) => ({ uuid, kind: "event", player: "ada", name: "jump" });

const looked = (events: unknown[], more: object = {}) =>
  understand({ events, ...more }, config, "live", now_ms);

test("an event's moment is its uuid's; what the client's clock is off by is told from when it sent", () => {
  const at_ms = now_ms - 60_000;
  const { buffered } = looked([jump(uuidAt(at_ms))], {
    sentAt_ms: now_ms - 5_000,
    platform: "web",
  });
  const row = eventRowSchema.parse(JSON.parse(buffered[0]?.json ?? ""));
  expect(row).toMatchObject({ t: at_ms, c: at_ms + 5_000, r: now_ms, f: "web", n: "jump" });
});

test.each([
  ["is of 1970", 0],
  ["is no clock's at all", Number.MAX_SAFE_INTEGER],
  ["is further back than any event of it may be", now_ms - 31 * day_ms],
  ["is further ahead than any event of it may be", now_ms + 2 * day_ms],
])("a moment of sending that %s corrects nothing", (_, sentAt_ms) => {
  const at_ms = now_ms - 60_000;
  const { buffered } = looked([jump(uuidAt(at_ms))], { sentAt_ms });
  expect(JSON.parse(buffered[0]?.json ?? "")).toMatchObject({ t: at_ms, c: at_ms });
});

test("nothing happens after it was received, whatever the client's clock says", () => {
  const ahead_ms = now_ms + 3_600_000;
  const of = (more: object) =>
    JSON.parse(looked([jump(uuidAt(ahead_ms))], more).buffered[0]?.json ?? "");
  expect(of({})).toMatchObject({ t: ahead_ms, c: now_ms });
  expect(of({ sentAt_ms: now_ms - 5_000 })).toMatchObject({ t: ahead_ms, c: now_ms });
  expect(of({ sentAt_ms: ahead_ms + 5_000 })).toMatchObject({ t: ahead_ms, c: now_ms - 5_000 });
});

test("no event is taken that is older than events of its day are kept", () => {
  const ages_days = [6, 8, 20, 29, 31];
  const { results } = looked(ages_days.map((age) => jump(uuidAt(now_ms - age * day_ms))));
  // From 10 November on for a week, before that for 90 days, of which 30 count.
  expect(results.map(({ status }) => status)).toEqual(["ok", "drop", "ok", "ok", "drop"]);
  const sandbox = understand(
    { events: [jump(uuidAt(now_ms - 8 * day_ms))] },
    config,
    "sandbox",
    now_ms,
  );
  expect(sandbox.results[0]?.reason).toBe("too_old");
});

test("revenue is taken however late it comes, for it is kept for good; only not of years that no clock is slow by", () => {
  const pay = (age_days: number) => ({
    ...{ uuid: uuidAt(now_ms - age_days * day_ms), kind: "revenue", player: "ada", store: "play" },
    ...{ transactionId: `t${age_days}`, amount_minor: 499, currency: "USD" },
  });
  const events = [pay(1), pay(8), pay(40), pay(3_649), pay(3_651), pay(-2)];
  for (const env of ["live", "sandbox"] as const) {
    const { results, revenue } = understand({ events }, config, env, now_ms);
    expect(results.map(({ reason }) => reason)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      ...["too_old", "future"],
    ]);
    expect(revenue).toHaveLength(4);
  }
});

test("whatever a client sends, each event gets one word, and only good rows go on", async () => {
  await forAll(200, (random) => {
    const anything = (): unknown =>
      random.pick([null, 7, random.text(8), [], {}, { uuid: random.text(40) }]);
    const events = Array.from({ length: 1 + random.below(8) }, () =>
      random.next() < 0.5
        ? anything()
        : {
            ...jump(uuidAt(now_ms - random.below(40) * day_ms, random.below(256))),
            player: random.text(70),
            props: { [random.text(10)]: random.text(20), deep: anything() },
          },
    );
    const { results, buffered, drops } = looked(events);
    expect(results).toHaveLength(events.length);
    const kept = results.filter(({ status }) => status === "ok").length;
    expect(kept).toBe(buffered.length);
    expect(Object.values(drops).reduce((sum, n) => sum + n, 0)).toBe(events.length - kept);
    for (const { json, uuid } of buffered) {
      const row = eventRowSchema.parse(JSON.parse(json));
      expect(row.t).toBe(uuid7Time_ms(uuid));
      expect(JSON.stringify(row).isWellFormed()).toBe(true);
      expect(JSON.stringify(row)).not.toMatch(/[^\\](\\\\)*\\u(0000|d[89a-f])/);
    }
  });
});

test("a schema's complaints name the field and what it must be", () => {
  const rule = eventRuleSchema.parse({
    name: "buy",
    policy: "drop",
    open: false,
    fields: {
      coins: { type: "integer", required: true, min: 1, max: 9 },
      item: { type: "string", oneOf: ["sword", "shield"] },
      gift: { type: "boolean" },
      weight: { type: "number" },
    },
  });
  expect(complaintsOf(rule, { coins: 3, item: "sword", gift: true, weight: 0.5 })).toEqual([]);
  expect(complaintsOf(rule, { coins: 10, item: "axe", gift: 1, weight: "x", more: 1 })).toEqual([
    "coins must be at most 9",
    "item must be one of the values named",
    "gift must be a boolean",
    "weight must be a number",
    "more is not expected",
  ]);
  expect(complaintsOf(rule, { coins: 1.5 })).toEqual(["coins must be an integer"]);
  expect(complaintsOf(rule)).toEqual(["coins is missing"]);
});

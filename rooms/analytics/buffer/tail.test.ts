import { expect, test } from "vitest";
import { seededRandom } from "../../../platform/testing/random.ts";
import { type TailRequest, tailRequestSchema } from "../../../protocol/analytics/tail.ts";
import { TailTeller } from "./tail.ts";

/** A teller whose windows end when a test says so, and the tail that it tells. */
function newTeller() {
  const random = seededRandom(11);
  const told: TailRequest[] = [];
  const ends: (() => void)[] = [];
  let at_ms = 0;
  const fetch = async (request: Request) => {
    told.push(tailRequestSchema.parse(await request.json()));
    return Response.json({ watching: true });
  };
  const teller = new TailTeller(
    { idFromName: (name) => name, get: () => ({ fetch }) },
    { gameId: "game000000000000", env: "live" },
    {
      now_ms: () => at_ms,
      random: () => random.next(),
      pause: () => new Promise((resolve) => ends.push(resolve)),
      over: () => {},
    },
  );
  let count = 0;
  let telling: Promise<void> | undefined;
  return {
    told,
    /** A batch of so many events. */
    note: (events: number) => {
      const rows = Array.from({ length: events }, () => {
        count += 1;
        return { u: String(count), k: "event", t: 1, c: 1, r: 2, p: "ada", n: "jump" };
      });
      const begun = teller.note(
        JSON.stringify(rows),
        rows.map((_, place) => place),
      );
      telling = begun ?? telling;
    },
    /** The window ends, so much later. */
    end: async (after_ms: number) => {
      at_ms += after_ms;
      for (const end of ends.splice(0)) end();
      await telling;
    },
  };
}

const numbers = ({ events }: TailRequest) => events.map(({ uuid }) => Number(uuid));

test("A-TAIL-2 of what comes within a window a sample is told, and how many more there were", async () => {
  const teller = newTeller();
  for (let batches = 0; batches < 10; batches += 1) teller.note(40);
  await teller.end(250);
  const [request] = teller.told;
  if (request === undefined) throw new Error("nothing was told");
  expect(request).toMatchObject({ skipped: 350 });
  const shown = numbers(request);
  expect(shown).toHaveLength(50);
  expect(shown).toEqual([...shown].sort((a, b) => a - b));
  // Of the first batch alone it is not: the last half is there as well.
  expect(shown.filter((number) => number > 200).length).toBeGreaterThan(10);
});

test("A-TAIL-2 a window that spans two seconds hides nothing: what is not shown is told of", async () => {
  const teller = newTeller();
  let [sent, shown, skipped] = [0, 0, 0];
  for (let windows = 0; windows < 40; windows += 1) {
    for (const events of [30, 45]) {
      teller.note(events);
      sent += events;
    }
    await teller.end(130);
  }
  for (const request of teller.told) {
    shown += request.events.length;
    skipped += request.skipped;
  }
  expect(shown + skipped).toBe(sent);
  expect(shown).toBeLessThanOrEqual(50 * Math.ceil((40 * 130) / 1_000 + 1));
});

test("A-TAIL-2 what is few is shown whole, in its order", async () => {
  const teller = newTeller();
  teller.note(3);
  teller.note(4);
  await teller.end(250);
  expect(teller.told.map(numbers)).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
  expect(teller.told[0]?.skipped).toBe(0);
});

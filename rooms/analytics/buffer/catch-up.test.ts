import { expect, test } from "vitest";
import { BufferBench } from "../testing/buffer-bench.ts";

const second_ms = 1_000;
const minute_ms = 60_000;
/** What a game sends: a batch of 200 events every 400 ms, 500 events a second. */
const batch_events = 200;
const batchEvery_ms = 400;
const input_per_s = (batch_events / batchEvery_ms) * second_ms;
/**
 * What writing takes: a round trip, and 2,500 events a second with all their roll-ups in one
 * connection. That is half of what the bench measures on two cores (`flushed_events_per_s`).
 */
const roundTrip_ms = 40;
const write_ms_per_event = second_ms / 2_500;

/** A buffer, and a game that goes on sending whatever the database does, in virtual time. */
class Stream {
  readonly bench = new BufferBench();
  /** Events that were acknowledged, each with a uuid of its own; and batches that were not. */
  sent_events = 0;
  refused = 0;
  #next_ms = this.bench.now_ms;

  /** Lets time go by inside of something that takes so long; batches come all the while. */
  async during(length_ms: number): Promise<void> {
    const until_ms = this.bench.now_ms + length_ms;
    while (this.#next_ms <= until_ms) {
      this.bench.now_ms = this.#next_ms;
      await this.#send();
    }
    this.bench.now_ms = until_ms;
  }

  /** Lets time go by, with every alarm at its moment. */
  async pass(length_ms: number, goesOn: () => boolean = () => true): Promise<void> {
    const until_ms = this.bench.now_ms + length_ms;
    while (this.bench.now_ms < until_ms && goesOn()) {
      await this.bench.pass(0);
      const wakesAt_ms = Math.min(this.bench.alarmAt_ms ?? until_ms, this.#next_ms, until_ms);
      this.bench.now_ms = Math.max(this.bench.now_ms, wakesAt_ms);
      if (this.#next_ms <= this.bench.now_ms) await this.#send();
    }
  }

  async #send(): Promise<void> {
    this.#next_ms += batchEvery_ms;
    const uuids = Array.from({ length: batch_events }, () => this.bench.uuid());
    if ((await this.bench.send(uuids)).type === "accepted") this.sent_events += uuids.length;
    else this.refused += 1;
  }
}

test("A-FLUSH-7 after half an hour without a database a buffer writes four times as fast as its game sends, and has lost nothing", async () => {
  const stream = new Stream();
  const { bench } = stream;
  bench.database = () => {
    throw new TypeError("nobody is there");
  };
  await stream.pass(30 * minute_ms);
  expect(bench.kept_events).toBe(0);
  const waited = bench.buffer.figures().waiting_events;
  expect(waited).toBe(stream.sent_events);
  expect(waited).toBeGreaterThanOrEqual(30 * 60 * input_per_s);

  const back_ms = bench.now_ms;
  let firstWrite_ms: number | undefined;
  bench.database = async (uuids) => {
    firstWrite_ms ??= bench.now_ms;
    await stream.during(roundTrip_ms + uuids.length * write_ms_per_event);
  };
  const behind = () => bench.buffer.figures().waiting_events > input_per_s * 30;
  await stream.pass(60 * minute_ms, behind);
  expect(behind()).toBe(false);
  const began_ms = firstWrite_ms ?? Number.NaN;
  // It asks again once a minute at least.
  expect(began_ms - back_ms).toBeLessThanOrEqual(minute_ms);
  const written_per_s = bench.kept_events / ((bench.now_ms - began_ms) / second_ms);
  const ratio = written_per_s / input_per_s;
  console.log(
    `caught up with ${waited} events in ${Math.round((bench.now_ms - back_ms) / second_ms)} s, ${ratio.toFixed(2)} times the input`,
  );
  expect(ratio).toBeGreaterThanOrEqual(4);

  bench.restart();
  await stream.pass(2 * minute_ms);
  bench.database = () => {};
  await bench.pass(minute_ms);
  expect(stream.refused).toBe(0);
  expect(bench.kept_events).toBe(stream.sent_events);
  expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 0 });
}, 120_000);

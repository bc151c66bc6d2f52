import type { AcceptHead, AcceptReply, BufferAddress } from "../../../protocol/analytics/buffer.ts";
import { withDuplicates } from "../../../protocol/analytics/said.ts";
import { uuid7Time_ms } from "../../../protocol/analytics/uuid7.ts";
import { admit } from "../admit.ts";
import { gatherFor_ms } from "../gather.ts";
import { type KeyedBatch, keyedBatchOf, keyLineOf, RecentEvents } from "../recent.ts";
import type { NewBatch } from "./chunk.ts";
import type { KnownGame } from "./known-game.ts";
import type { Ledger } from "./ledger.ts";
import type { BufferPorts } from "./ports.ts";

const day_ms = 86_400_000;
const recent_chunks = 40;

/** A batch that came, and whoever waits for the word on it. */
interface Arrival {
  readonly head: AcceptHead;
  readonly rows: string;
  readonly at_ms: number;
  readonly answer: (reply: AcceptReply) => void;
  readonly fail: (error: unknown) => void;
}

/** What is to become of one. */
interface Verdict {
  readonly arrival: Arrival;
  readonly reply: AcceptReply;
  /** What is to be on disk before that is said. */
  readonly batch?: NewBatch;
  /** It was answered before; that is all there is to it. */
  readonly again?: boolean;
}

/**
 * What comes in. Batches that come close to each other are judged and put on disk together, in the
 * order they came; none is answered before that, not even as a duplicate: what it is a duplicate of
 * may be among them.
 */
export class Intake {
  readonly #ports: BufferPorts;
  readonly #address: BufferAddress;
  readonly #game: KnownGame;
  readonly #ledger: Ledger;
  readonly #taken: () => void;
  /** Undefined until it was read from disk. */
  #recent: RecentEvents | undefined;
  #arrivals: Arrival[] = [];
  #gathering = false;
  #lastAt_ms = Number.NEGATIVE_INFINITY;

  /** @param taken called when batches are on disk */
  constructor(
    ports: BufferPorts,
    address: BufferAddress,
    { game, ledger }: { readonly game: KnownGame; readonly ledger: Ledger },
    taken: () => void,
  ) {
    this.#ports = ports;
    this.#address = address;
    this.#game = game;
    this.#ledger = ledger;
    this.#taken = taken;
  }

  /** @param rows JSON: an array of `EventRow`, one for each uuid of the head */
  async accept(head: AcceptHead, rows: string): Promise<AcceptReply> {
    await this.#game.seek([head.keyId, head.signedBy]);
    const now_ms = this.#ports.now_ms();
    const wait_ms = gatherFor_ms({
      since_ms: now_ms - this.#lastAt_ms,
      batch_bytes: rows.length,
      waiting: this.#arrivals.length,
      waited_ms: now_ms - (this.#arrivals[0]?.at_ms ?? now_ms),
    });
    this.#lastAt_ms = now_ms;
    return await new Promise((answer, fail) => {
      this.#arrivals.push({ head, rows, at_ms: now_ms, answer, fail });
      if (wait_ms === 0) this.#settle();
      else if (!this.#gathering) void this.#gather(wait_ms);
    });
  }

  async #gather(wait_ms: number): Promise<void> {
    this.#gathering = true;
    await this.#ports.pause(wait_ms);
    this.#gathering = false;
    this.#settle();
  }

  /** Judges all that came, puts it on disk, and answers. */
  #settle(): void {
    const arrivals = this.#arrivals.splice(0);
    if (arrivals.length === 0) return;
    try {
      for (const { arrival, reply } of this.#keep(arrivals)) arrival.answer(reply);
    } catch (error) {
      for (const { fail } of arrivals) fail(error);
      // What is remembered is ahead of the disk: it is read anew.
      this.#recent = undefined;
      this.#ledger.recount();
    }
  }

  #keep(arrivals: readonly Arrival[]): readonly Verdict[] {
    let adding_bytes = 0;
    const verdicts = arrivals.map((arrival) => {
      const verdict = { arrival, ...this.#judge(arrival, adding_bytes) };
      adding_bytes += verdict.batch?.rows.length ?? 0;
      return verdict;
    });
    const kept = verdicts.flatMap(({ reply, batch }) =>
      batch !== undefined && reply.type === "accepted"
        ? [{ batch, duplicates: reply.duplicates }]
        : [],
    );
    if (kept.length > 0) {
      const { store, now_ms } = this.#ports;
      store.add(
        kept.map(({ batch }) => batch),
        now_ms(),
      );
      for (const { batch, duplicates } of kept)
        this.#ledger.took(
          { events: batch.uuids.length, bytes: batch.rows.length },
          duplicates.length,
        );
      this.#taken();
      for (const { batch, duplicates } of kept) this.#tell(batch, duplicates);
    }
    this.#noteDrops(verdicts);
    return verdicts;
  }

  /** @param adding_bytes of batches before it that go on disk with it */
  #judge({ head, rows }: Arrival, adding_bytes: number): Omit<Verdict, "arrival"> {
    const refusal = admit(head, bytesOf(rows, this.#ports.limits.batch_bytes_max), {
      config: this.#game.config,
      keysSure: this.#game.isSureOf([head.keyId, head.signedBy]),
      env: this.#address.env,
      kept_bytes: this.#ledger.kept_bytes + adding_bytes,
      limits: this.#ports.limits,
    });
    if (refusal !== undefined) {
      if (refusal.type === "refused" && refusal.reason === "full") this.#ledger.refused();
      return { reply: refusal };
    }
    const { uuids } = head;
    if (uuids.length === 0 && head.idempotencyKey === undefined)
      return { reply: { type: "accepted", duplicates: [] } };
    const recent = this.#remembered();
    const duplicates = recent.duplicatesIn(uuids);
    const keyed = keyedOf(head, duplicates);
    const earlier = keyed === undefined ? undefined : recent.lookUp(keyed, uuids);
    if (earlier?.type === "other") return { reply: { type: "refused", reason: "idempotency" } };
    if (earlier?.type === "same") {
      // The same question gets the same answer.
      const said = earlier.said === undefined ? {} : { said: earlier.said };
      return { reply: { type: "accepted", duplicates: [], ...said }, again: true };
    }
    recent.remember(uuids, keyed);
    const reply = { type: "accepted", duplicates } as const;
    if (duplicates.length === uuids.length) return { reply };
    const days = [...new Set(uuids.map((uuid) => Math.floor(uuid7Time_ms(uuid) / day_ms)))];
    const idempotencyKey = keyed === undefined ? undefined : keyLineOf(keyed);
    return { reply, batch: { uuids, days, rows, idempotencyKey } };
  }

  #noteDrops(verdicts: readonly Verdict[]): void {
    let any = false;
    for (const { arrival, reply, again } of verdicts) {
      const { drops = {} } = arrival.head;
      const admitted =
        reply.type === "accepted" || (reply.type === "refused" && reply.reason === "idempotency");
      if (!admitted || again === true || Object.keys(drops).length === 0) continue;
      this.#ledger.dropped(drops);
      any = true;
    }
    // These leave no row behind from which they could be counted anew.
    if (any) this.#ledger.save();
  }

  #tell({ uuids, rows }: NewBatch, duplicates: readonly number[]): void {
    if (this.#ports.now_ms() >= this.#ledger.stats.listenUntil_ms) return;
    const known = new Set(duplicates);
    const fresh = uuids.flatMap((_, place) => (known.has(place) ? [] : [place]));
    this.#ports.tell(rows, fresh);
  }

  #remembered(): RecentEvents {
    if (this.#recent === undefined) {
      this.#recent = new RecentEvents();
      for (const { uuids, key } of this.#ports.store.recent(recent_chunks))
        this.#recent.remember(uuids, key === undefined ? undefined : keyedBatchOf(key));
    }
    return this.#recent;
  }
}

/** A batch's idempotency key, and what is to be said whenever it comes again. */
function keyedOf(head: AcceptHead, duplicates: readonly number[]): KeyedBatch | undefined {
  const { idempotencyKey: key, fingerprint, said } = head;
  if (key === undefined) return undefined;
  return {
    key,
    fingerprint,
    said: said === undefined ? undefined : withDuplicates(said, duplicates),
  };
}

/** Of a text in UTF-8, exact where it could be too many: a letter takes three at most. */
function bytesOf(text: string, bytes_max: number): number {
  return text.length * 3 <= bytes_max ? text.length : new TextEncoder().encode(text).length;
}

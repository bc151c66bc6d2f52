import { z } from "zod";
import { roomNameHeader, serviceHeader } from "../../../platform/tokens/claims-header.ts";
import { eventKindSchema } from "../../../protocol/analytics/event.ts";
import { type EventRow, eventRowSchema } from "../../../protocol/analytics/row.ts";
import {
  type TailEvent,
  type TailRequest,
  tailReplySchema,
  tailRoom,
} from "../../../protocol/analytics/tail.ts";
import { freshSampler, sample } from "../sampler.ts";

/** Events that come within this time are told of together. */
const gather_ms = 250;
const props_length_max = 200;

/** What this needs of the namespace of tails; a Durable Object binding has it. */
export interface TailNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

const rowsSchema = z.array(eventRowSchema);

/**
 * Tells a game's tail of what a buffer takes in, while somebody watches: a sample, a few times a
 * second, and only in memory. Whoever watches sees nothing that is not on disk already.
 */
export class TailTeller {
  readonly #tails: TailNamespace;
  readonly #room: string;
  readonly #over: () => void;
  #sampler = freshSampler;
  #events: TailEvent[] = [];
  #skipped = 0;
  #telling: Promise<void> | undefined;

  /** @param over called when nobody watches any more */
  constructor(
    tails: TailNamespace,
    place: { readonly gameId: string; readonly env: "live" | "sandbox" },
    over: () => void,
  ) {
    this.#tails = tails;
    this.#room = tailRoom(place.gameId, place.env);
    this.#over = over;
  }

  /**
   * Notes the rows of a batch for the next telling.
   * @param rows JSON: an array of `EventRow`
   * @param places which of them to tell of
   * @returns what is to be waited for, if a telling has been begun
   */
  note(rows: string, places: readonly number[], now_ms: number): Promise<void> | undefined {
    const { state, pass, skip } = sample(this.#sampler, places.length, now_ms);
    this.#sampler = state;
    this.#skipped += skip;
    if (pass > 0) {
      const parsed = rowsSchema.parse(JSON.parse(rows));
      for (const place of places.slice(0, pass)) {
        const row = parsed[place];
        if (row !== undefined) this.#events.push(tailEventOf(row));
      }
    }
    if (this.#telling !== undefined) return undefined;
    this.#telling = this.#tellSoon();
    return this.#telling;
  }

  async #tellSoon(): Promise<void> {
    await scheduler.wait(gather_ms);
    this.#telling = undefined;
    const request: TailRequest = {
      type: "push",
      events: this.#events.splice(0).slice(0, 50),
      skipped: this.#skipped,
    };
    this.#skipped = 0;
    try {
      const response = await this.#tails
        .get(this.#tails.idFromName(this.#room))
        .fetch(this.#requestOf(request));
      const reply = tailReplySchema.safeParse(await response.json());
      if (reply.success && !reply.data.watching) this.#over();
    } catch {
      // Whoever watches misses a moment; the events themselves are on disk.
    }
  }

  #requestOf(request: TailRequest): Request {
    return new Request(`https://room.internal/parties/analytics/${this.#room}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        [serviceHeader]: "1",
        [roomNameHeader]: this.#room,
      },
      body: JSON.stringify(request),
    });
  }
}

function tailEventOf(row: EventRow): TailEvent {
  const { u: uuid, k, p: player, t: at_ms, r: received_ms, n: name, l: level, ls: status, o } = row;
  return {
    uuid,
    kind: eventKindSchema.parse(k),
    player,
    at_ms,
    received_ms,
    ...(name === undefined ? {} : { name }),
    ...(level === undefined ? {} : { level }),
    ...(status === undefined ? {} : { status }),
    ...(o === undefined ? {} : { props: JSON.stringify(o).slice(0, props_length_max) }),
  };
}

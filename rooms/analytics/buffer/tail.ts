import { z } from "zod";
import { roomNameHeader, serviceHeader } from "../../../platform/tokens/claims-header.ts";
import { eventKindSchema } from "../../../protocol/analytics/event.ts";
import { type EventRow, eventRowSchema } from "../../../protocol/analytics/row.ts";
import {
  type TailEvent,
  type TailRequest,
  tailEvents_per_s,
  tailReplySchema,
  tailRoom,
} from "../../../protocol/analytics/tail.ts";
import { freshSampler, placesOf, Reservoir, sample } from "../sampler.ts";

/** Events that come within this time are told of together. */
const gather_ms = 250;
const props_length_max = 200;

/** What this needs of the namespace of tails; a Durable Object binding has it. */
export interface TailNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

const rowsSchema = z.array(z.unknown());

/** What telling needs of the world. */
export interface TailPorts {
  now_ms(): number;
  random(): number;
  pause(length_ms: number): Promise<void>;
  /** Nobody watches any more. */
  over(): void;
}

/**
 * Tells a game's tail of what a buffer takes in, while somebody watches: a sample, a few times a
 * second, and only in memory. Whoever watches sees nothing that is not on disk already.
 */
export class TailTeller {
  readonly #tails: TailNamespace;
  readonly #room: string;
  readonly #ports: TailPorts;
  readonly #window: Reservoir<TailEvent>;
  #sampler = freshSampler;
  #telling: Promise<void> | undefined;

  constructor(
    tails: TailNamespace,
    place: { readonly gameId: string; readonly env: "live" | "sandbox" },
    ports: TailPorts,
  ) {
    this.#tails = tails;
    this.#room = tailRoom(place.gameId, place.env);
    this.#ports = ports;
    this.#window = new Reservoir(tailEvents_per_s, () => ports.random());
  }

  /**
   * Notes the rows of a batch for the next telling.
   * @param rows JSON: an array of `EventRow`
   * @param places which of them to tell of
   * @returns what is to be waited for, if a telling has been begun
   */
  note(rows: string, places: readonly number[]): Promise<void> | undefined {
    let parsed: readonly unknown[] | undefined;
    for (const place of places)
      this.#window.offer(() => {
        parsed ??= rowsSchema.parse(JSON.parse(rows));
        return tailEventOf(eventRowSchema.parse(parsed[place]));
      });
    if (this.#telling !== undefined) return undefined;
    this.#telling = this.#tellSoon();
    return this.#telling;
  }

  async #tellSoon(): Promise<void> {
    const { now_ms, pause, random } = this.#ports;
    await pause(gather_ms);
    this.#telling = undefined;
    const { items, offered } = this.#window.take();
    const { state, pass } = sample(this.#sampler, offered, now_ms());
    this.#sampler = state;
    const events = placesOf(items.length, Math.min(pass, items.length), random()).flatMap(
      (at) => items[at] ?? [],
    );
    const request: TailRequest = { type: "push", events, skipped: offered - events.length };
    try {
      const response = await this.#tails
        .get(this.#tails.idFromName(this.#room))
        .fetch(this.#requestOf(request));
      const reply = tailReplySchema.safeParse(await response.json());
      if (reply.success && !reply.data.watching) this.#ports.over();
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

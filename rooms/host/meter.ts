import { fieldName } from "../../platform/meter/fields.ts";
import type { Meter } from "../../platform/meter/meter.ts";
import { createSums } from "../../platform/meter/sums.ts";
import { type MeterModule, type MeterUnit, moduleOfParty } from "../../platform/meter/units.ts";
import { AwakeTime } from "./awake-time.ts";

/** What a room has counted and not yet told, as it sleeps with one of the room's sockets. */
export interface CountedNote {
  /** When the oldest of it was counted. */
  readonly since_ms: number;
  /** The last event that is in it. */
  readonly event_ms: number;
  readonly fields: Readonly<Record<string, number>>;
}

/** A socket that can carry the note through the room's sleep; its attachment costs nothing. */
export interface Carrier {
  carry(note: CountedNote | undefined): void;
}

/** Different things that one room counts; a socket's attachment is small. */
const fields_max = 24;
/**
 * How long a room keeps its counts to itself while somebody is in it. Each telling is about eight
 * commands of Redis, $0.000016: more than a sleeping room costs in an hour.
 */
export const told_ms_max = 15 * 60_000;
/** How long closed sockets may still count as open; telling of them is two commands. */
const closed_ms_max = 60_000;

/** What the machinery counts under its own names, as units of the meter. */
const unitNames: Readonly<Record<string, MeterUnit>> = { room_wake: "room_wakes" };
/** Counted better by what set it off: a message, a request, an alarm. */
const ignored: ReadonlySet<string> = new Set(["room_event"]);

/**
 * Counts what one room uses, and tells the isolate's meter now and then. Nothing here sets a timer,
 * wakes the room or keeps it awake: counts that wait for the next telling sleep with one of the
 * sockets. A room that has emptied tells at once, since nothing would wake it to tell later.
 *
 * What is lost: counts of up to 15 minutes when a deploy or a crash takes the sockets, and the time
 * that the last telling of an emptied room takes.
 */
export class RoomMeter {
  readonly #module: MeterModule;
  readonly #party: string;
  readonly #room: string;
  readonly #meter: Meter;
  readonly #told_ms: number;
  readonly #carriers = new Map<string, Carrier>();
  readonly #sums = createSums(fields_max);
  /** Its own events are reasons to be up; whoever makes it wait for something else adds that. */
  readonly awake = new AwakeTime((length_ms) => this.count("room_awake_ms", length_ms));
  readonly #awakeSince_ms: number;
  #since_ms: number | undefined;
  #event_ms: number;
  #closed = 0;
  #closedTold_ms: number;
  #restored = false;
  /** The one socket that has the note, if any has. */
  #carrierId: string | undefined;

  /**
   * @param now_ms the moment of waking
   * @param told_ms how long it keeps its counts to itself; with 0 the isolate has them at once, and
   *   writes them when it writes
   */
  constructor(
    party: string,
    room: string,
    meter: Meter,
    { now_ms, told_ms }: { readonly now_ms: number; readonly told_ms: number },
  ) {
    this.#module = moduleOfParty(party);
    this.#party = party;
    this.#room = room;
    this.#meter = meter;
    this.#told_ms = told_ms;
    this.#awakeSince_ms = now_ms;
    this.#event_ms = now_ms;
    this.#closedTold_ms = now_ms - closed_ms_max;
  }

  /** A socket that is open. With what it carried, when the room has just woken. */
  opened(connectionId: string, carrier: Carrier, note?: CountedNote): void {
    this.#carriers.set(connectionId, carrier);
    if (note === undefined) return;
    this.#carrierId = connectionId;
    this.#restore(note);
  }

  /**
   * A socket that closed, with what it carried: if its closing is what woke the room, it was not
   * among the open ones, and its note is the only one there is.
   */
  closed(connectionId: string, note?: CountedNote): void {
    this.#carriers.delete(connectionId);
    this.#closed += 1;
    if (note !== undefined && note.event_ms < this.#awakeSince_ms) this.#restore(note);
  }

  count(unit: MeterUnit, amount = 1): void {
    this.#add(fieldName({ type: "unit", module: this.#module, unit }), amount);
  }

  /** Counts what the machinery or a machine counts, under the name it gives. */
  countNamed(name: string, amount: number): void {
    const unit = Object.hasOwn(unitNames, name) ? unitNames[name] : undefined;
    if (unit !== undefined) this.count(unit, amount);
    else if (!ignored.has(name))
      this.#add(fieldName({ type: "event", module: this.#module, event: name }), amount);
  }

  /** An event begins. */
  began(now_ms: number): void {
    this.#event_ms = now_ms;
    this.awake.hold(now_ms);
  }

  /**
   * An event has been handled.
   * @returns what is left to write to Redis, for the platform to wait for; undefined for nothing
   */
  ended(now_ms: number): Promise<void> | undefined {
    this.awake.release(now_ms);
    if (this.#carriers.size === 0) {
      const emptied = this.#closed > 0;
      this.#tellAll(now_ms);
      return emptied ? this.#meter.flush() : this.#meter.flushIfDue();
    }
    const telling = this.#meter.isDue || this.#told_ms === 0 ? this.#tellIfDue(now_ms) : undefined;
    this.#carry();
    return telling;
  }

  #tellIfDue(now_ms: number): Promise<void> | undefined {
    if (this.#since_ms !== undefined && now_ms - this.#since_ms >= this.#told_ms)
      this.#tellAll(now_ms);
    else if (this.#closed > 0 && now_ms - this.#closedTold_ms >= closed_ms_max)
      this.#tellClosed(now_ms);
    else return undefined;
    // Whoever has all told at once would have each room write, as none does otherwise.
    return this.#told_ms === 0 ? undefined : this.#meter.flushIfDue();
  }

  #restore(note: CountedNote | undefined): void {
    if (note === undefined || this.#restored) return;
    this.#restored = true;
    this.#since_ms = Math.min(note.since_ms, this.#since_ms ?? note.since_ms);
    for (const [field, amount] of Object.entries(note.fields))
      if (field === closedField) this.#closed += amount;
      else this.#sums.add(field, amount);
  }

  #add(field: string, amount: number): void {
    this.#since_ms ??= this.#event_ms;
    this.#sums.add(field, amount);
  }

  #tellAll(now_ms: number): void {
    for (const [field, amount] of this.#sums.take(fields_max)) this.#meter.add(field, amount);
    this.#since_ms = undefined;
    this.#tellClosed(now_ms);
  }

  #tellClosed(now_ms: number): void {
    this.#meter.sockets(this.#party, this.#room, -this.#closed);
    this.#closed = 0;
    this.#closedTold_ms = now_ms;
  }

  /** One socket carries until it closes, so that there is never more than one note. */
  #carry(): void {
    if (this.#carrierId === undefined || !this.#carriers.has(this.#carrierId))
      [this.#carrierId] = this.#carriers.keys();
    if (this.#carrierId !== undefined) this.#carriers.get(this.#carrierId)?.carry(this.#note());
  }

  #note(): CountedNote | undefined {
    if (this.#since_ms === undefined) return undefined;
    const fields = Object.fromEntries(this.#sums.entries());
    const closed = this.#closed === 0 ? {} : { [closedField]: this.#closed };
    return { since_ms: this.#since_ms, event_ms: this.#event_ms, fields: { ...fields, ...closed } };
  }
}

/** Stands for closed sockets in a note; no field has this name. */
const closedField = "closed";

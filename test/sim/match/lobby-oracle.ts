import type { LobbyDown } from "../../../protocol/match/lobby-down.ts";
import { memberTag } from "../../../protocol/match/member-tag.ts";
import { relaxedWishes } from "../../../protocol/match/relaxation.ts";
import { ageRanges } from "../../../protocol/match/rest-profile.ts";
import type { Wishes } from "../../../protocol/match/ticket.ts";
import type { LobbyEffect, LobbyTypes, Pair, Ticket } from "../../../rooms/match/lobby/types.ts";
import type { RoomEvent } from "../../../rooms/room.ts";
import type { LobbyWorld, Person, Witness } from "./lobby-world.ts";

/**
 * Watches a lobby from outside and counts what must not happen. It knows who blocked whom, who met
 * whom and what everybody asked for by itself, and looks at nothing but messages and stored rows.
 */
export class LobbyOracle implements Witness {
  readonly violations: string[] = [];
  pairs = 0;
  matches = 0;
  readonly ends = { matched: 0, cancelled: 0, timed_out: 0 };
  readonly #people: ReadonlyMap<string, Person>;
  /** Blocks in effect, as `<by> <member>`. */
  readonly blocked = new Set<string>();
  /** A block that was taken back may hold until its owner enters anew. */
  readonly everBlocked = new Set<string>();
  /** Partners by member, the latest first; those of calls that came about. */
  readonly #met = new Map<string, string[]>();
  readonly #open = new Map<string, string>();
  readonly #closed = new Set<string>();
  readonly #pairs = new Map<string, Pair>();
  world: LobbyWorld | undefined;
  /** The call of which this step's message says that somebody sits in it. */
  #seating: string | undefined;

  constructor(people: ReadonlyMap<string, Person>) {
    this.#people = people;
  }

  stepped(effects: readonly LobbyEffect[], event: RoomEvent<LobbyTypes>): void {
    const seated = event.type === "message" && event.message.type === "seated";
    const matched = effects.some((effect) => isCount(effect) && effect.name === "match_matched");
    this.#seating = seated && matched ? event.message.callId : undefined;
    const closed: string[] = [];
    for (const effect of effects) {
      if (effect.type === "store") this.#stored(effect.changes, closed);
      if (isCount(effect)) this.#counted(effect.name, effect.amount);
    }
    const ended = this.ends.matched + this.ends.cancelled + this.ends.timed_out;
    if (ended !== this.#closed.size)
      this.#violated(`${this.#closed.size} tickets went away, ${ended} ended`);
    if (this.ends.matched !== 2 * this.matches)
      this.#violated(`${this.ends.matched} tickets matched in ${this.matches} matches`);
  }

  sent(connectionId: string, message: LobbyDown): void {
    const member = this.world?.peers.get(connectionId)?.claims.member ?? "";
    if (message.type === "matched") {
      const pair = this.#pairs.get(message.callId);
      if (!pair?.members.includes(member)) this.#violated(`${member} told of a pair of others`);
      const role = pair?.members[0] === member ? "impolite" : "polite";
      if (message.role !== role)
        this.#violated(`${member} is ${message.role} in ${message.callId}`);
      if (message.partner.id === member) this.#violated(`${member} is their own partner`);
    }
    if (message.type === "queue")
      for (const { id } of message.people)
        if (id === member || this.#isBlocked(id, member))
          this.#violated(`${member} is shown ${id}`);
  }

  /** Two who wait, fit each other by now and are not paired. */
  overlooked(): string[] {
    const { world } = this;
    if (world === undefined) return [];
    const waiting = [...world.state.index.members()].flatMap((member) => {
      const ticket = world.stored.get(`ticket/${member}`) as Ticket | undefined;
      return ticket === undefined ? [] : [ticket];
    });
    return waiting.flatMap((a, index) =>
      waiting
        .slice(index + 1)
        .filter((b) => this.#mayMeet(a.member, b.member) && this.#fitsNow(a, b, world.now_ms))
        .map((b) => `${a.member} and ${b.member} both wait`),
    );
  }

  /** Tickets that have no end yet. */
  get open(): readonly string[] {
    return [...this.#open.values()];
  }

  #stored(changes: Readonly<Record<string, unknown>>, closed: string[]): void {
    for (const [key, value] of Object.entries(changes)) {
      const [kind, ...rest] = key.split("/");
      const id = rest.join("/");
      if (kind === "ticket" && value === null) this.#ticketGone(id, closed);
      else if (kind === "ticket") this.#ticketKept(value as Ticket);
    }
    for (const [key, value] of Object.entries(changes)) {
      if (!key.startsWith("pair/")) continue;
      if (value === null) this.#pairGone(key.slice(5), closed);
      else if (!this.#pairs.has(key.slice(5))) this.#paired(value as Pair);
      else this.#pairs.set(key.slice(5), value as Pair);
    }
  }

  #ticketKept({ id, member }: Ticket): void {
    if (this.#closed.has(id)) this.#violated(`ticket ${id} came back after its end`);
    const known = this.#open.get(member);
    // The old one ended and the new one was made in one step; that it ended, the counts must say.
    if (known !== undefined && known !== id) this.#closed.add(known);
    this.#open.set(member, id);
  }

  #ticketGone(member: string, closed: string[]): void {
    const id = this.#open.get(member);
    // Made and ended in one step.
    if (id === undefined) return;
    this.#open.delete(member);
    this.#closed.add(id);
    closed.push(member);
  }

  #paired(pair: Pair): void {
    const [a, b] = pair.members;
    this.pairs += 1;
    if (a === b) this.#violated(`${a} is paired with themselves`);
    for (const other of this.#pairs.values())
      if (other.members.includes(a) || other.members.includes(b))
        this.#violated(`${a} or ${b} is in two pairs`);
    this.#pairs.set(pair.callId, pair);
    if (this.#isBlocked(a, b)) this.#violated(`${a} and ${b} are blocked`);
    if (this.#isRecent(a, b)) this.#violated(`${a} and ${b} have just met`);
    const [first, second] = [this.#ticketOf(a), this.#ticketOf(b)];
    if (first === undefined || second === undefined) this.#violated(`${a} or ${b} does not wait`);
    else {
      if (first.since_ms > second.since_ms) this.#violated("the younger is the impolite one");
      if (!this.#fitsNow(first, second, this.world?.now_ms ?? 0))
        this.#violated(`${a} and ${b} do not fit`);
    }
  }

  #pairGone(callId: string, closed: readonly string[]): void {
    const pair = this.#pairs.get(callId);
    this.#pairs.delete(callId);
    if (pair === undefined) return;
    const gone = pair.members.filter((member) => closed.includes(member)).length;
    if (gone === 2 && callId === this.#seating) {
      this.matches += 1;
      this.#meet(pair.members);
    }
  }

  /** The ticket as it stands before this step's effects are performed, or as they make it. */
  #ticketOf(member: string): Ticket | undefined {
    return (
      this.world?.state.tickets.get(member)?.ticket ??
      (this.world?.stored.get(`ticket/${member}`) as Ticket | undefined)
    );
  }

  #meet([a, b]: readonly [string, string]): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const rest = (this.#met.get(one) ?? []).filter((member) => member !== other);
      this.#met.set(one, [other, ...rest].slice(0, 10));
      // What Postgres tells at the next entry.
      this.#people.get(one)?.partners.splice(0, 10, ...(this.#met.get(one) ?? []));
    }
  }

  #counted(name: string, amount: number): void {
    if (name === "match_matched") this.ends.matched += amount;
    if (name === "match_cancelled") this.ends.cancelled += amount;
    if (name === "match_timed_out") this.ends.timed_out += amount;
  }

  #mayMeet(a: string, b: string): boolean {
    if (this.everBlocked.has(`${a} ${b}`) || this.everBlocked.has(`${b} ${a}`)) return false;
    if (this.#isRecent(a, b)) return false;
    // The lobby also remembers those who were told of each other and then did not come.
    const memo = (member: string) => this.world?.state.memos.get(member)?.missed ?? "";
    return !memo(a).includes(memberTag(b)) && !memo(b).includes(memberTag(a));
  }

  #isBlocked(a: string, b: string): boolean {
    return this.blocked.has(`${a} ${b}`) || this.blocked.has(`${b} ${a}`);
  }

  #isRecent(a: string, b: string): boolean {
    return (this.#met.get(a) ?? []).includes(b) || (this.#met.get(b) ?? []).includes(a);
  }

  #fitsNow(a: Ticket, b: Ticket, now_ms: number): boolean {
    const takes = (ticket: Ticket, other: string) =>
      this.#takes(relaxedWishes(ticket.wishes, now_ms - ticket.since_ms), ticket.member, other);
    return takes(a, b.member) && takes(b, a.member);
  }

  /** Written out filter by filter, unlike the machine's own. */
  #takes(wishes: Wishes, member: string, otherMember: string): boolean {
    const own = this.#people.get(member)?.facts;
    const other = this.#people.get(otherMember)?.facts;
    if (own === undefined || other === undefined) return false;
    const share = (a: readonly string[], b: readonly string[]) => a.some((x) => b.includes(x));
    if (wishes.languages && !share(wishes.languages, other.languages)) return false;
    if (wishes.interests && !share(own.interests, other.interests)) return false;
    if (wishes.region && own.region !== other.region) return false;
    if (wishes.genders && (other.gender === null || !wishes.genders.includes(other.gender)))
      return false;
    if (wishes.ages) {
      const at = ageRanges.indexOf(other.ageRange);
      const { from, to } = wishes.ages;
      if (at < ageRanges.indexOf(from) || at > ageRanges.indexOf(to)) return false;
    }
    return true;
  }

  #violated(what: string): void {
    if (this.violations.length < violations_max) this.violations.push(what);
  }
}

/** Kept of what went wrong; the first is what matters. */
const violations_max = 20;

type Count = Extract<LobbyEffect, { type: "count" }>;
const isCount = (effect: LobbyEffect): effect is Count => effect.type === "count";

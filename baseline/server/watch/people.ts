import { compareMembers, type WatchMember } from "../../../protocol/watch/member.ts";

interface Person {
  readonly member: WatchMember;
  readonly sockets: Set<string>;
}

/** Who is in which room now, in this process. */
export class People {
  readonly #rooms = new Map<string, Map<string, Person>>();

  /** @returns whether this person was not there before */
  enter(room: string, member: WatchMember, socketId: string): boolean {
    const people = this.#rooms.get(room) ?? new Map<string, Person>();
    this.#rooms.set(room, people);
    const known = people.get(member.id);
    const sockets = known?.sockets ?? new Set<string>();
    sockets.add(socketId);
    people.set(member.id, { member, sockets });
    return known === undefined;
  }

  /** @returns whether that was the person's last socket */
  leave(room: string, memberId: string, socketId: string): boolean {
    const people = this.#rooms.get(room);
    const person = people?.get(memberId);
    if (people === undefined || person === undefined) return false;
    person.sockets.delete(socketId);
    if (person.sockets.size > 0) return false;
    people.delete(memberId);
    if (people.size === 0) this.#rooms.delete(room);
    return true;
  }

  has(room: string, memberId: string): boolean {
    return this.#rooms.get(room)?.has(memberId) ?? false;
  }

  count(room: string): number {
    return this.#rooms.get(room)?.size ?? 0;
  }

  list(room: string): WatchMember[] {
    const people = this.#rooms.get(room)?.values() ?? [];
    return [...people].map(({ member }) => member).sort(compareMembers);
  }

  rooms(): ReadonlySet<string> {
    return new Set(this.#rooms.keys());
  }

  /** In the shape of the documents' metrics. */
  stats() {
    const total = this.#rooms.size;
    let totalParticipants = 0;
    for (const people of this.#rooms.values()) totalParticipants += people.size;
    const averageParticipants = total === 0 ? 0 : totalParticipants / total;
    return { total, active: total, totalParticipants, averageParticipants };
  }
}

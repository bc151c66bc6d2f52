import type { RoomClaims } from "../../../protocol/room.ts";
import type { Anchor } from "../../../protocol/watch/anchor.ts";
import type { WatchDown } from "../../../protocol/watch/down.ts";
import type { Source } from "../../../protocol/watch/source.ts";
import { RoomSim } from "../../testing/sim.ts";
import { watchMachine } from "../machine.ts";
import { membersOf } from "../members.ts";
import type { WatchState, WatchTypes } from "../types.ts";

export type Down<Type extends WatchDown["type"]> = Extract<WatchDown, { type: Type }>;

/** Length of the clip that rooms under test show first. */
export const clip_ms = 60_000;

/** The data of a token, for a room that takes as many as may be. */
export const roomData = (more: Readonly<Record<string, unknown>> = {}) => ({
  title: "Film night",
  media: { kind: "sample", id: "timecode" },
  maxParticipants: 200,
  session: "session-of-nobody",
  ...more,
});

export function claimsOf(member: string, more: Partial<RoomClaims> = {}): RoomClaims {
  return {
    party: "watch",
    room: "room-1",
    member,
    name: `Name of ${member}`,
    role: "viewer",
    ...more,
    data: more.data ?? roomData({ session: `session-${member}`.padEnd(8, "-") }),
  };
}

/** A video by URL, of a minute unless said otherwise. */
export const film = (title: string, duration_ms: number | null = clip_ms): Source => ({
  kind: "file",
  url: `https://films.test/${title}.mp4`,
  format: "mp4",
  title,
  ...(duration_ms === null ? {} : { duration_ms }),
});

/** A watch room without a host, with shorthands for what tests look at. */
export class WatchSim extends RoomSim<WatchState, WatchTypes> {
  constructor() {
    super(watchMachine);
  }

  /** Lets these in, one tab each, named like them. */
  enter(...members: string[]): this {
    for (const member of members) this.join(member, claimsOf(member));
    return this;
  }

  /** All messages of one kind that a connection was ever sent. */
  got<Type extends WatchDown["type"]>(connectionId: string, type: Type): Down<Type>[] {
    return this.sentTo(connectionId).filter((frame): frame is Down<Type> => frame.type === type);
  }

  /** The latest message of one kind. @throws Error when there was none */
  last<Type extends WatchDown["type"]>(connectionId: string, type: Type): Down<Type> {
    const frame = this.got(connectionId, type).at(-1);
    if (frame === undefined) throw new Error(`${connectionId} was sent no ${type}`);
    return frame;
  }

  types(connectionId: string): string[] {
    return this.sentTo(connectionId).map(({ type }) => type);
  }

  /** Where everything sent to a connection so far is left behind, so that a test sees the rest. */
  clear(...connectionIds: string[]): void {
    for (const id of connectionIds.length > 0 ? connectionIds : this.sent.keys())
      this.sent.set(id, []);
  }

  get anchor(): Anchor {
    return this.state.kept.anchor;
  }

  roleOf(member: string): string | undefined {
    const reply = this.ask({ type: "member", memberId: member });
    return "role" in reply ? (reply.role ?? undefined) : undefined;
  }

  /** Members as pages list them: `id`, with `:role` beyond viewers, and `~` when away. */
  people(): string {
    return membersOf(this.state)
      .map(({ id, role, away }) => `${id}${role === "viewer" ? "" : `:${role}`}${away ? "~" : ""}`)
      .join(" ");
  }
}

/** A room in which a host named `host` sits, and these viewers. */
export function hosted(...viewers: string[]): WatchSim {
  const room = new WatchSim();
  room.join("host", claimsOf("host", { role: "host", name: "Host" }));
  return room.enter(...viewers);
}

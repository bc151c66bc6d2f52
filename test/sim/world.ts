import { type Random, seededRandom } from "../../platform/testing/random.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import type { JoinedWatchRoom } from "../../protocol/watch/rest.ts";
import type { WatchRoomData } from "../../protocol/watch/room-data.ts";
import type { Source } from "../../protocol/watch/source.ts";
import { SimClient } from "./client.ts";
import { drawFaults, type FaultOptions } from "./faults.ts";
import { SimRoom } from "./room.ts";
import { VirtualTime } from "./time.ts";

const epoch_ms = 1_700_000_000_000;
const roomId = "sim-room";

/** Long enough that no item ends by itself in the time that a run takes. */
export const duration_ms = 12 * 3_600_000;

export interface WorldOptions extends FaultOptions {
  readonly seed: number;
  /** Of the room; clients may be fewer. */
  readonly maxParticipants: number;
}

/** One room and its clients in virtual time. The same seed gives the same run. */
export class World {
  readonly seed: number;
  readonly time = new VirtualTime(epoch_ms);
  readonly random: Random;
  readonly room: SimRoom;
  readonly clients: SimClient[] = [];
  readonly failures: string[] = [];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.#options = options;
    this.random = seededRandom(options.seed);
    this.room = new SimRoom(this.time, () => this.random.next());
  }

  /** Seconds since the run began. */
  get elapsed_s(): number {
    return (this.time.now_ms - epoch_ms) / 1000;
  }

  readonly fail = (what: string): void => {
    this.failures.push(`at ${this.elapsed_s.toFixed(3)} s: ${what}`);
  };

  /** Somebody comes in: the first is the host. */
  join(): SimClient {
    const member = `m${this.clients.length}`;
    const client = new SimClient({
      time: this.time,
      random: this.random,
      room: this.room,
      faults: drawFaults(this.random, this.#options),
      claims: this.#claims(member),
      joined: this.#joined(member),
      fail: this.fail,
    });
    this.clients.push(client);
    return client;
  }

  /** Those who are in the room, or on their way back to it. */
  present(): SimClient[] {
    return this.clients.filter(({ left }) => !left);
  }

  /** Those whose socket is open. */
  online(): SimClient[] {
    return this.present().filter(({ link }) => link?.isOnline === true);
  }

  /** All messages that anybody has sent. */
  sent(): number {
    const counts = this.clients.flatMap(({ link }) => [...(link?.sent.values() ?? [])]);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** All requests over HTTP that anybody has made while in the room. */
  asked(): number {
    return this.clients.reduce((sum, one) => sum + one.timeRequests + one.reports.length, 0);
  }

  run(for_ms: number): void {
    this.time.runUntil(this.time.now_ms + for_ms);
  }

  source(title: string): Source {
    return { kind: "file", url: `/samples/${title}.mp4`, format: "mp4", title, duration_ms };
  }

  #claims(member: string): RoomClaims {
    const data: WatchRoomData = {
      title: "Simulated",
      media: this.source("first"),
      maxParticipants: this.#options.maxParticipants,
      permissions: defaultPermissions,
      gate: false,
      public: false,
      hasPassword: false,
      session: `session-${member}`,
    };
    const role = this.clients.length === 0 ? "host" : "viewer";
    return { party: "watch", room: roomId, member, name: `Name ${member}`, role, data };
  }

  #joined(member: string): JoinedWatchRoom {
    return {
      room: {
        id: roomId,
        title: "Simulated",
        source: this.source("first"),
        maxParticipants: this.#options.maxParticipants,
        permissions: defaultPermissions,
        gate: false,
        public: false,
        hasPassword: false,
        createdAt: new Date(epoch_ms).toISOString(),
      },
      memberId: member,
      role: this.clients.length === 0 ? "host" : "viewer",
      seat: "seat",
      token: "token",
      tokenExpiresAt_ms: epoch_ms + 60_000,
      resume: "resume",
      resumeExpiresAt_ms: epoch_ms + 12 * 3_600_000,
      socketPath: `/parties/watch/${roomId}`,
    };
  }
}

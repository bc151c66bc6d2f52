import { createdWatchRoomSchema } from "../../../protocol/watch/rest.ts";
import type { Attempt } from "../attempts.ts";
import { Browser } from "../browser.ts";
import { evening } from "./evening.ts";
import type { Heard, HeardAnchor } from "./hearing.ts";
import { Viewer } from "./viewer.ts";
import type { World } from "./world.ts";

/** So long after it was due something is lost that nobody has heard. */
const heard_ms_max = 10_000;
/** A host who has just commanded looks again so soon. */
const nextLook_ms = 20;
const film_ms = 2 * 3_600_000;
const film = {
  kind: "file",
  url: "https://media.example/film.mp4",
  format: "mp4",
  title: "A film",
  duration_ms: film_ms,
} as const;
/** Room for those who come while others go. */
const places = 2 * evening.people;

/** Something said that another member has not heard yet. */
interface Pending {
  readonly attempt: Attempt;
  readonly author: Viewer;
  /** Who is to hear it; when they are away themselves, anybody. */
  readonly witness: Viewer;
}

/** A room and the people in it; the first is its host. */
export class Room {
  readonly people: Viewer[] = [];
  id = "";
  #anchor: HeardAnchor = { seq: 0, playing: false, position_ms: 0 };
  #names = 0;
  #lines = 0;
  readonly #pending = new Map<string, Pending>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Makes the room, and lets everybody in. Whoever writes is spread evenly over the rooms.
   * @param age_ms how long the visits have lasted already, at most
   */
  async open(due_ms: number, people: number, age_ms = 0): Promise<void> {
    const browser = new Browser({ origin: this.#world.side.url, received: this.#world.received });
    const body = { title: "An evening", source: film, maxParticipants: places };
    const made = await this.#world.attempts.of("make", due_ms, () =>
      browser.ask("POST", "/v1/watch/rooms", createdWatchRoomSchema, body),
    );
    if (made === undefined) return;
    this.id = made.room.id;
    const ofVisit = () => ({ age_ms: this.#world.random.next() * age_ms });
    const visitors = Array.from({ length: people }, (_, index) => {
      const talks = Math.floor((index + 1) * evening.talkers) > Math.floor(index * evening.talkers);
      return new Viewer(this, this.#world, { talks, ...ofVisit() });
    });
    this.people.push(...visitors);
    const [host, ...others] = visitors;
    await host?.enter(performance.now(), made.seat);
    await Promise.all(others.map((viewer) => viewer.enter(performance.now())));
    this.#command(performance.now());
  }

  get host(): Viewer | undefined {
    return this.people[0];
  }

  nextName(): string {
    this.#names += 1;
    return `Name ${this.#names}`;
  }

  /** The room's last word about the video. */
  follow(anchor: HeardAnchor): void {
    if (anchor.seq >= this.#anchor.seq) this.#anchor = anchor;
  }

  /** The host seeks, or pauses for a while, as likely. */
  move(due_ms: number): void {
    if (!this.#anchor.playing) return;
    if (this.#world.random.next() < 0.5) {
      const position_ms = Math.floor(this.#world.random.next() * film_ms);
      this.#command(due_ms, position_ms);
      return;
    }
    this.#command(due_ms);
    this.#world.agenda.after(evening.pause_ms, (again_ms) => this.#command(again_ms));
  }

  /** Somebody writes for a while, and then says it; one line after the other, as people do. */
  write(author: Viewer): void {
    const { agenda, isEdge } = this.#world;
    const begins_ms = Math.max(performance.now(), author.writesUntil_ms);
    author.writesUntil_ms = begins_ms + evening.typing_ms;
    if (isEdge)
      for (let at_ms = 0; at_ms < evening.typing_ms; at_ms += evening.typingTold_ms)
        agenda.after(at_ms, () => author.say({ type: "typing" }), begins_ms);
    const say = (due_ms: number) => {
      this.#lines += 1;
      const ref = `l${this.#lines}`;
      this.#tell("chat", ref, author, due_ms, () =>
        author.say({ type: "say", text: `Line ${this.#lines} of what people say`, ref }),
      );
    };
    agenda.after(evening.typing_ms, say, begins_ms);
  }

  /** Somebody goes, and somebody else comes in their place. The host stays as long as the room. */
  async replace(leaving: Viewer, due_ms: number): Promise<Viewer> {
    const next = new Viewer(this, this.#world, { talks: leaving.talks });
    this.people[this.people.indexOf(leaving)] = next;
    await leaving.leave();
    await next.enter(due_ms);
    return next;
  }

  heard(by: Viewer, message: Heard): void {
    if (message.type === "chat" && message.message.ref !== undefined)
      this.#reached(message.message.ref, by);
    if (message.type === "anchor") {
      this.follow(message.anchor);
      this.#reached(commandKey(message.anchor.seq), by);
    }
    if (message.type === "error") this.#refused(by, message.code);
  }

  #command(due_ms: number, position_ms?: number): void {
    const { host } = this;
    const { seq, playing } = this.#anchor;
    if (host === undefined) return;
    // Two commands under one number would be one to the room: the second waits, and is due all the same.
    const before = this.#pending.get(commandKey(seq + 1));
    if (before !== undefined && performance.now() - before.attempt.due_ms < heard_ms_max) {
      this.#world.agenda.after(nextLook_ms, () => this.#command(due_ms, position_ms));
      return;
    }
    this.#tell("control", commandKey(seq + 1), host, due_ms, () =>
      host.say(
        position_ms === undefined
          ? { type: playing ? "pause" : "play", seq }
          : { type: "seek", seq, position_ms },
      ),
    );
  }

  /** Counts until another member has it. */
  #tell(kind: string, key: string, author: Viewer, due_ms: number, say: () => boolean): void {
    const others = this.people.filter((one) => one !== author && one.present);
    if (!author.present || others.length === 0) return;
    const attempt = this.#world.attempts.expect(kind, due_ms, heard_ms_max);
    const witness = this.#world.random.pick(others);
    this.#pending.set(key, { attempt, author, witness });
    if (!say()) this.#end(key)?.attempt.failed("no line");
  }

  #reached(key: string, by: Viewer): void {
    const pending = this.#pending.get(key);
    if (pending === undefined || by === pending.author) return;
    if (by === pending.witness || !pending.witness.present) this.#end(key)?.attempt.answered();
  }

  #refused(by: Viewer, code: string): void {
    for (const [key, { author, attempt }] of this.#pending)
      if (author === by) {
        this.#end(key);
        attempt.failed(code);
      }
  }

  #end(key: string): Pending | undefined {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    return pending;
  }
}

const commandKey = (seq: number) => `command ${seq}`;

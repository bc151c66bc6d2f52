import { type LobbyDown, lobbyDownSchema } from "../../../protocol/match/lobby-down.ts";
import type { LobbyUp } from "../../../protocol/match/lobby-up.ts";
import { type Attempt, Unanswered } from "../attempts.ts";
import type { Browser } from "../browser.ts";
import type { Matched } from "./call-end.ts";
import { type Line, type Lines, linesOf } from "./lines.ts";
import type { World } from "./world.ts";

const welcome_ms_max = 15_000;
/** A ticket ends when both are in their call; for coming there they have 15 s. */
const ticket_ms_max = 20_000;
/** All speak it, so that a wish is looked at, and nobody waits in vain. */
const wishes = { languages: ["en"] };
/** Messages that a page shows, and does nothing about. */
const onlyShown: ReadonlySet<unknown> = new Set(["counts", "queue", "presence"]);

export interface StayEvents {
  readonly onMatched: (matched: Matched) => void;
  /** The call did not come about; the lobby has put this person back into its queue. */
  readonly onRequeued: () => void;
  /** The wait is over, without a call. */
  readonly onGivenUp: () => void;
  /** The line is gone. */
  readonly onLost: () => void;
}

/** One person's stay in a lobby: its socket, and the tickets taken there. */
export class Stay {
  /** Of the lobby and of the calls of this stay. */
  readonly lines: Lines;
  readonly memberId: string;
  readonly #world: World;
  readonly #events: StayEvents;
  #line: Line | undefined;
  #welcomed: ((why?: string) => void) | undefined;
  #ticket: Attempt | undefined;

  private constructor(world: World, memberId: string, events: StayEvents) {
    this.#world = world;
    this.memberId = memberId;
    this.#events = events;
    this.lines = linesOf(world.side, world.received);
  }

  /** Comes in, as a page does. @throws Unanswered unless there is a welcome */
  static async begin(world: World, browser: Browser, events: StayEvents): Promise<Stay> {
    const { memberId, lobby } = await world.house.enter(browser);
    const stay = new Stay(world, memberId, events);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => stay.#welcomed?.("no welcome"), welcome_ms_max);
      stay.#welcomed = (why) => {
        clearTimeout(late);
        stay.#welcomed = undefined;
        if (why === undefined) {
          resolve();
          return;
        }
        stay.#line?.close();
        reject(new Unanswered(why));
      };
      stay.#line = stay.lines.open("lobby", lobby.room, lobby.token, {
        onOpen: () => {},
        onMessage: (message) => stay.#hear(message),
        onLost: (why) => stay.#lost(why),
      });
    });
    return stay;
  }

  /** Begins to wait for somebody, which was due then. */
  search(due_ms: number): void {
    this.#world.waitedFrom_ms.set(this.memberId, due_ms);
    this.say({ type: "enqueue", wishes });
  }

  say(message: LobbyUp): void {
    this.#line?.say(message);
  }

  end(): void {
    this.#ticket?.forget();
    this.#world.waitedFrom_ms.delete(this.memberId);
    this.say({ type: "bye" });
    this.#line?.close();
  }

  #hear(frame: unknown): void {
    // They come to everybody with every change; to look at each would be most of this process's work.
    if (isOnlyShown(frame)) return;
    const { data: message } = lobbyDownSchema.safeParse(frame);
    if (message === undefined) {
      this.#fail("lobby", "a frame of another form");
      return;
    }
    switch (message.type) {
      case "welcome":
        this.#welcomed?.();
        return;
      case "waiting":
        // A page that begins to wait asks for the numbers; after that they come when they change.
        this.say({ type: "look" });
        return;
      case "matched":
        this.#matched(message);
        return;
      case "requeued":
        this.#ticket?.failed(`requeued ${message.reason}`);
        this.#events.onRequeued();
        return;
      case "ended":
        this.#ended(message);
        return;
      case "error":
        if (this.#welcomed === undefined) this.#fail("lobby", `error ${message.code}`);
        else this.#welcomed(`error ${message.code}`);
    }
  }

  /** Counts from when the later of the two began to wait: before that there was nobody to be found. */
  #matched(matched: Matched): void {
    const { attempts, waitedFrom_ms } = this.#world;
    const own_ms = waitedFrom_ms.get(this.memberId) ?? 0;
    const partner_ms = waitedFrom_ms.get(matched.partner.id) ?? 0;
    attempts.begin("match", Math.max(own_ms, partner_ms)).answered();
    this.#ticket = attempts.expect("seat", performance.now(), ticket_ms_max);
    this.#events.onMatched(matched);
  }

  #ended({ end, reason }: Extract<LobbyDown, { type: "ended" }>): void {
    const ticket = this.#ticket;
    this.#ticket = undefined;
    if (end === "matched") ticket?.answered();
    else if (reason === "asked" || reason === "left") ticket?.forget();
    else {
      ticket?.forget();
      this.#fail("match", `${end} ${reason}`);
      this.#events.onGivenUp();
    }
  }

  #lost(why: string): void {
    this.#ticket?.forget();
    this.#world.waitedFrom_ms.delete(this.memberId);
    if (this.#welcomed !== undefined) {
      this.#welcomed(why);
      return;
    }
    this.#fail("lobby", why);
    this.#events.onLost();
  }

  #fail(kind: string, why: string): void {
    this.#world.attempts.fault(kind, why);
  }
}

const isOnlyShown = (frame: unknown) =>
  typeof frame === "object" && frame !== null && "type" in frame && onlyShown.has(frame.type);

import { exponential } from "../arrivals.ts";
import { Browser } from "../browser.ts";
import { CallEnd, type Matched } from "./call-end.ts";
import { Stay } from "./stay.ts";
import type { World } from "./world.ts";

/** From the end of a call until the next search, of those who do not go on at once. */
const rest_ms_mean = 20_000;
/** Of those rests, how many are spent on the history, which is another page than the lobby. */
const looksBack = 0.25;
const reading_ms_mean = 8_000;
const visit_ms_mean = 30 * 60_000;
/** Of those who come, how many have never been here. */
const firstVisits = 0.25;
const again_ms = 1_000;

/** `away`: in no lobby. `ready`: in one, at leisure. */
type At = "away" | "entering" | "ready" | "waiting" | "calling";

/** A place at which one person after another visits the lobby, calls and rests. */
export class Person {
  readonly #world: World;
  #browser: Browser;
  #at: At = "away";
  #stay: Stay | undefined;
  #call: CallEnd | undefined;
  #stopResting: (() => void) | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#browser = this.#newBrowser();
  }

  get browser(): Browser {
    return this.#browser;
  }

  get at(): At {
    return this.#at;
  }

  get memberId(): string | undefined {
    return this.#stay?.memberId;
  }

  /** Means to do something again, from wherever the last run has left it. */
  begin(): void {
    const { agenda, random } = this.#world;
    agenda.after(exponential(random, visit_ms_mean), (due_ms) => void this.#leave(due_ms));
    if (this.#at === "ready") this.#rest();
    else if (this.#at === "calling") this.#call?.plan();
    else if (this.#at === "away") this.#enterAfter(exponential(random, again_ms));
  }

  /** Comes into the lobby. */
  async enter(due_ms: number): Promise<void> {
    this.#at = "entering";
    const { attempts } = this.#world;
    const events = {
      onMatched: (matched: Matched) => this.#matched(matched),
      onRequeued: () => {
        this.#call?.stop();
        this.#at = "waiting";
      },
      onGivenUp: () => {
        this.#at = "ready";
        this.#rest();
      },
      onLost: () => {
        this.quit();
        this.#enterAfter(again_ms);
      },
    };
    const begin = () => Stay.begin(this.#world, this.#browser, events);
    this.#stay = await attempts.of("enter", due_ms, begin);
    this.#at = this.#stay === undefined ? "away" : "ready";
    if (this.#stay === undefined) this.#enterAfter(again_ms);
  }

  /** Begins to wait for somebody. */
  search(due_ms: number): void {
    if (this.#at !== "ready") return;
    this.#at = "waiting";
    this.#stay?.search(due_ms);
  }

  /** Goes out of the lobby. */
  quit(): void {
    this.#at = "away";
    this.#stopResting?.();
    this.#call?.stop();
    this.#call = undefined;
    this.#stay?.end();
    this.#stay = undefined;
  }

  #matched(matched: Matched): void {
    const stay = this.#stay;
    if (stay === undefined || this.#at !== "waiting") return;
    this.#at = "calling";
    const { callId } = matched;
    this.#call = new CallEnd({
      world: this.#world,
      browser: this.#browser,
      lines: stay.lines,
      matched,
      onSeated: () => stay.say({ type: "seated", callId }),
      onOver: (next, due_ms) => {
        stay.say({ type: "status", status: "online" });
        this.#at = "ready";
        if (next) this.search(due_ms);
        else this.#rest();
      },
    });
  }

  /** After a call: a moment's rest in the lobby, or with the history, and on to the next. */
  #rest(): void {
    const { agenda, random } = this.#world;
    this.#stopResting = agenda.after(exponential(random, rest_ms_mean), (due_ms) => {
      if (this.#at !== "ready") return;
      if (random.next() < looksBack) void this.#lookBack(due_ms);
      else this.search(due_ms);
    });
  }

  async #lookBack(due_ms: number): Promise<void> {
    const { attempts, house, agenda, random } = this.#world;
    this.quit();
    await attempts.of("history", due_ms, () => house.history(this.#browser));
    agenda.after(exponential(random, reading_ms_mean), (enter_ms) => {
      void this.enter(enter_ms).then(() => this.search(performance.now()));
    });
  }

  /** The visit is over, and somebody else takes the place. */
  async #leave(due_ms: number): Promise<void> {
    const { agenda, random, attempts, house } = this.#world;
    // Whoever is about to be in a call, or to come in, leaves a moment later.
    if (this.#at === "entering" || (this.#at === "calling" && this.#call?.live === false)) {
      agenda.after(again_ms, (later_ms) => void this.#leave(later_ms));
      return;
    }
    this.#call?.hangUp("hangup", due_ms);
    this.quit();
    const isNew = random.next() < firstVisits;
    if (isNew) this.#browser = this.#newBrowser();
    const browser = this.#browser;
    await attempts.of(isNew ? "sign_up" : "come_back", due_ms, () =>
      isNew ? house.signUp(browser) : house.comeBack(browser),
    );
    await this.enter(performance.now());
    if (this.#at === "ready") this.#rest();
    const leave = (next_ms: number) => void this.#leave(next_ms);
    agenda.after(exponential(random, visit_ms_mean), leave, due_ms);
  }

  #enterAfter(wait_ms: number): void {
    this.#world.agenda.after(wait_ms, (due_ms) => {
      void this.enter(due_ms).then(() => {
        if (this.#at === "ready") this.#rest();
      });
    });
  }

  #newBrowser(): Browser {
    const { side, received } = this.#world;
    return new Browser({ origin: side.url, received });
  }
}

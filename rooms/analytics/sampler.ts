import { tailEvents_per_s } from "../../protocol/analytics/tail.ts";

/** How many events of a second have been let through. */
export interface SamplerState {
  readonly second: number;
  readonly passed: number;
  /** Whether some were not, in this second and in the one before. */
  readonly full: boolean;
  readonly fullBefore: boolean;
}

export const freshSampler: SamplerState = {
  second: 0,
  passed: 0,
  full: false,
  fullBefore: false,
};

const quarters = 4;

/**
 * Lets through so many of the events that come in one second, and counts the others. Where more come
 * all the time, they pass a quarter in each quarter of a second, and not the first of it alone.
 * @returns the next state, and how many of the offered may pass
 */
export function sample(
  state: SamplerState,
  offered: number,
  now_ms: number,
): { readonly state: SamplerState; readonly pass: number; readonly skip: number } {
  const second = Math.floor(now_ms / 1000);
  const { passed, full, fullBefore } = inSecond(state, second);
  const quarter = Math.floor(((now_ms - second * 1000) * quarters) / 1000) + 1;
  const allowed = fullBefore
    ? Math.floor((tailEvents_per_s * quarter) / quarters)
    : tailEvents_per_s;
  const pass = Math.min(offered, Math.max(0, allowed - passed));
  const next = { second, passed: passed + pass, full: full || pass < offered, fullBefore };
  return { state: next, pass, skip: offered - pass };
}

function inSecond(state: SamplerState, second: number): SamplerState {
  if (second === state.second) return state;
  return { second, passed: 0, full: false, fullBefore: state.full && second === state.second + 1 };
}

/**
 * Which of so many pass: a systematic sample, in which each is as likely as any other, in their order.
 * @param random in [0, 1)
 */
export function placesOf(offered: number, pass: number, random: number): readonly number[] {
  return Array.from({ length: pass }, (_, at) => Math.floor(((at + random) * offered) / pass));
}

/**
 * A sample of all that comes, without knowing how much that will be: each is as likely as any other to
 * be in it (algorithm R; Vitter, 1985).
 */
export class Reservoir<Item> {
  readonly #size_max: number;
  readonly #random: () => number;
  #kept: { readonly order: number; readonly item: Item }[] = [];
  #offered = 0;

  constructor(size_max: number, random: () => number) {
    this.#size_max = size_max;
    this.#random = random;
  }

  /** @param item asked for only if it is kept for now */
  offer(item: () => Item): void {
    const order = this.#offered;
    this.#offered += 1;
    const at = order < this.#size_max ? order : Math.floor(this.#random() * this.#offered);
    if (at < this.#size_max) this.#kept[at] = { order, item: item() };
  }

  /** Empties it. @returns the sample in the order it came, and of how many it is one */
  take(): { readonly items: readonly Item[]; readonly offered: number } {
    const offered = this.#offered;
    const items = this.#kept.sort((a, b) => a.order - b.order).map(({ item }) => item);
    this.#kept = [];
    this.#offered = 0;
    return { items, offered };
  }
}

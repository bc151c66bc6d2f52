/** Where a chart's line lies between nothing and its greatest value. */
export interface Scale {
  readonly max: number;
  readonly ticks: readonly number[];
}

const ticks_max = 5;

/**
 * A scale from zero to a round number at or above the greatest value, with ticks at 1, 2 or 5 times a
 * power of ten (P. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
 */
export function scaleTo(greatest: number): Scale {
  if (!(greatest > 0)) return { max: 1, ticks: [0, 1] };
  const rough = greatest / ticks_max;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((times) => times * power >= rough) ?? 10);
  const count = Math.ceil(greatest / step - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
  return { max: ticks.at(-1) ?? greatest, ticks };
}

/** A number as people read it: four digits at most, thousands apart. */
export function shortNumber(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

/** After so many failures in a row a page stops trying by itself and asks the person. */
export const retries_max = 12;

const first_ms = 500;
const growth = 1.7;
const delay_ms_max = 15_000;

/**
 * How long to wait before trying to connect again: exponential, bounded, and spread by up to half,
 * so that the people of a thousand rooms do not all come back in the same moment after a deploy.
 * @param failures attempts that failed in a row, at least 1
 * @param random uniform in [0, 1)
 */
export function retryDelay_ms(failures: number, random: number): number {
  const delay_ms = Math.min(first_ms * growth ** (failures - 1), delay_ms_max);
  return Math.round(delay_ms * (0.5 + random / 2));
}

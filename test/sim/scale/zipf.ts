/**
 * How many of all players each of some games has when popularity follows Zipf's law (the k-th game
 * has a share in proportion to k^-s), with the exponent that gives the first the share it shall have.
 * @returns shares, the largest first; their sum is 1
 */
export function zipfShares(games: number, topShare: number): readonly number[] {
  if (!(topShare > 1 / games && topShare < 1)) throw new RangeError("no exponent gives this share");
  let [low, high] = [0, 64];
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (1 / harmonic(games, middle) < topShare) low = middle;
    else high = middle;
  }
  const sum = harmonic(games, low);
  return Array.from({ length: games }, (_, at) => (at + 1) ** -low / sum);
}

function harmonic(games: number, exponent: number): number {
  let sum = 0;
  for (let rank = 1; rank <= games; rank += 1) sum += rank ** -exponent;
  return sum;
}

/**
 * How good a figure is, in four steps. They and their limits are those of the documents of the
 * services before this one, whose monitors had the same four colours.
 */
export type Level = "good" | "fair" | "near" | "critical";

export const levelWords: Readonly<Record<Level, string>> = {
  good: "Good",
  fair: "Fair",
  near: "Warning",
  critical: "Critical",
};

/** Memory in use of what there is, from 0 to 1: 60, 80 and 90 %. */
export function memoryLevel(share: number): Level {
  return stepOf(share, [0.6, 0.8, 0.9]);
}

/** Connections of those there can be, from 0 to 1: 800, 1,000 and 1,100 of 1,200. */
export function connectionLevel(share: number): Level {
  return stepOf(share, [800 / 1200, 1000 / 1200, 1100 / 1200]);
}

/** Reads that found something in the cache, from 0 to 1: 90, 85 and 80 %. */
export function hitRateLevel(share: number): Level {
  if (share >= 0.9) return "good";
  if (share >= 0.85) return "fair";
  return share >= 0.8 ? "near" : "critical";
}

/** Failures among all answers, from 0 to 1. The documents promise 98 % and more, and below 1 %. */
export function errorLevel(share: number): Level {
  return stepOf(share, [0.001, 0.01, 0.02]);
}

function stepOf(share: number, [fair, near, critical]: readonly [number, number, number]): Level {
  if (share < fair) return "good";
  if (share < near) return "fair";
  return share < critical ? "near" : "critical";
}

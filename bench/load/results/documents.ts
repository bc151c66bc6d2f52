/** Figures that the old designs' own documents give, for a service of 1 GB; in the rest they are silent. */
export interface DocumentFigure {
  readonly users: number;
  readonly memory_mb: number;
  /** `Response time`, without saying of what. */
  readonly response_ms?: number;
  readonly network_mbPerMinute: number;
}

/** Random video calls: the tables of what was to be expected after the changes. */
export const matchDocument: readonly DocumentFigure[] = [
  { users: 100, memory_mb: 145, response_ms: 90, network_mbPerMinute: 14 },
  { users: 500, memory_mb: 315, response_ms: 155, network_mbPerMinute: 55 },
  { users: 1_000, memory_mb: 520, response_ms: 220, network_mbPerMinute: 95 },
];

/** What the documents say in words, by module. */
export const documentNotes = {
  watch: "Watch Together: a heap of 256 MB; no latencies.",
  match:
    "Random calls: a queue update of 12 KB instead of 36 KB, at most 100 a minute; healthy is a response below 200 ms; 1 GB carries 500 to 1,000 people.",
  analytics:
    "Game analytics: 300 to 500 MB; at most 1,000 events wait in memory, and what comes then is dropped.",
} as const;

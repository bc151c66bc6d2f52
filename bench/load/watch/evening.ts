/** An evening of watching together, as rates; all behaviour of the crowd is in this table. */
export const evening = {
  /** People in a room, its host among them. */
  people: 10,
  /** Seeks, and pauses with the playing that follows each, by the host. */
  moves_perRoomHour: 14,
  /** A pause lasts so long. */
  pause_ms: 15_000,
  /** Most people only read: so many of ten write, */
  talkers: 0.4,
  /** each so often, */
  chats_perTalkerHour: 40,
  /** and each message takes so long to write; pages tell every 3 s that somebody writes. */
  typing_ms: 5_000,
  typingTold_ms: 3_000,
  /** A line is lost so often, and the page is back after so long. */
  losses_perPersonHour: 2,
  loss_ms: 500,
  /** A room lasts so long, and of the people in it others are replaced, so that a visit is half of it. */
  room_ms: 180 * 60_000,
  visit_ms: 90 * 60_000,
} as const;

/**
 * What a page does by itself on a line with a round trip of 40 ms: it probes the clock 16 times at the
 * join, 100 ms apart, and then in series of five over HTTP, each after half as long again once it
 * has learnt how the two clocks part. The ages of a visit at which they are due follow from
 * `web/watch/clock.ts`.
 */
export const pageHabits = {
  rtt_ms: 40,
  probes: 16,
  probeEvery_ms: 100,
  seriesProbes: 5,
  seriesAt_ms: [200_000, 400_000, 600_000, 900_000, 1_350_000, 2_025_000, 3_037_500, 4_556_250],
  /** A report rides on a message if the last is so old, and goes over HTTP when it is so old. */
  reportEvery_ms: 30_000,
  reportOverdue_ms: 15 * 60_000,
} as const;

export const behaviour =
  `Watches in a room of ${evening.people} for ${evening.visit_ms / 60_000} minutes. ` +
  `The host seeks or pauses ${evening.moves_perRoomHour} times an hour; ` +
  `${evening.talkers * 10} of 10 people write ${evening.chats_perTalkerHour} messages an hour; ` +
  `everybody's line is lost ${evening.losses_perPersonHour} times an hour; ` +
  `people go and others come, and rooms end after ${evening.room_ms / 3_600_000} hours and others begin. ` +
  "At the edge pages also probe the clock, refresh it over HTTP and report their drift; " +
  "in the container the server tells the position every second instead.";

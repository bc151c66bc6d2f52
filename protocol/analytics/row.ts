import { z } from "zod";

/**
 * One event on its way from the API through a buffer to the database: what `json_to_recordset` reads
 * in `db/queries/analytics-rollup.ts`. Names are short because every event has them. Absent fields
 * are null there.
 */
export const eventRowSchema = z.object({
  /** uuid */
  u: z.string(),
  /** kind */
  k: z.string(),
  /** The moment in the uuid, which is the client's own, in milliseconds since 1970. */
  t: z.number(),
  /** That moment by the server's clock, as far as it is known; never behind `r`. */
  c: z.number(),
  /** When it was received. */
  r: z.number(),
  /** player */
  p: z.string(),
  /** session */
  s: z.string().optional(),
  /** The moment in the session's id: its begin. */
  b: z.number().optional(),
  /** name */
  n: z.string().optional(),
  /** level, its status, attempt, score, duration */
  l: z.string().optional(),
  ls: z.string().optional(),
  la: z.number().optional(),
  lc: z.number().optional(),
  ld: z.number().optional(),
  /** version of the game, platform */
  v: z.string().optional(),
  f: z.string().optional(),
  /** props */
  o: z.record(z.string(), z.unknown()).optional(),
  /** Of revenue: store, transaction, type, refunded transaction, product, amount, currency, verified. */
  rs: z.string().optional(),
  rt: z.string().optional(),
  ry: z.string().optional(),
  ro: z.string().optional(),
  rp: z.string().optional(),
  ra: z.number().optional(),
  rc: z.string().optional(),
  rv: z.boolean().optional(),
});
export type EventRow = z.infer<typeof eventRowSchema>;

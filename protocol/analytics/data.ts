import { z } from "zod";
import { labelSchema } from "./event.ts";
import { reportRangeSchema } from "./reports.ts";

/** Raw rows, roll-ups, and what the database refused. */
export const exportTables = [
  "events",
  "sessions",
  "revenue",
  "days",
  "levels",
  "revenue_days",
  "dead",
] as const;
export const exportFormats = ["csv", "ndjson", "parquet"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Query of `GET /v1/analytics/games/{id}/export`. */
export const exportQuerySchema = reportRangeSchema.extend({
  table: z.enum(exportTables).default("events"),
  format: z.enum(exportFormats).default("csv"),
});
export type ExportQuery = z.output<typeof exportQuerySchema>;

/** Body of `POST /v1/analytics/games/{id}/erase`. */
export const erasePlayerSchema = z
  .object({ player: labelSchema })
  .meta({ id: "EraseAnalyticsPlayer" });

/**
 * Receipt of a forgotten player, also under `GET /v1/analytics/games/{id}/erasures/{receipt}`. It does
 * not say who it was.
 */
export const playerErasureSchema = z
  .object({
    id: z.string(),
    erasedAt: z.iso.datetime(),
    /** How many rows were deleted, by table; of revenue, how many lost their player. */
    rows: z.record(z.string(), z.number().int()),
  })
  .meta({ id: "AnalyticsPlayerErasure" });
export type PlayerErasure = z.infer<typeof playerErasureSchema>;

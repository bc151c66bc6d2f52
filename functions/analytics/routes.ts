import { createModule } from "../app.ts";
import { analyticsReadRoutes } from "./read/routes.ts";
import { batchRoutes } from "./routes/batch.ts";
import { gameRoutes } from "./routes/games.ts";
import { gameKeyRoutes } from "./routes/keys.ts";
import { bufferMetricsRoutes } from "./routes/metrics.ts";
import { eventRuleRoutes } from "./routes/rules.ts";
import { tailRoutes } from "./routes/tail.ts";

/** Analytics of games: events in, by keys; games, their keys and schemas; how buffers stand. */
export const analyticsRoutes = createModule()
  .route("/", batchRoutes)
  .route("/", gameRoutes)
  .route("/", gameKeyRoutes)
  .route("/", eventRuleRoutes)
  .route("/", bufferMetricsRoutes)
  .route("/", tailRoutes)
  .route("/", analyticsReadRoutes);

export type AnalyticsApi = typeof analyticsRoutes;

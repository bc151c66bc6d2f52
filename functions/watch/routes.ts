import { createRoute } from "@hono/zod-openapi";
import { sampleMedia } from "../../protocol/watch/media.ts";
import { watchMediaListSchema } from "../../protocol/watch/rest.ts";
import { answer, createModule, problems } from "../app.ts";
import { rateLimit } from "../middleware/rate-limit.ts";
import { peopleRoutes } from "./routes/people.ts";
import { roomRoutes } from "./routes/rooms.ts";
import { tags } from "./routes/shared.ts";
import { statsRoutes } from "./routes/stats.ts";

const listWatchMedia = createRoute({
  method: "get",
  path: "/v1/watch/media",
  tags,
  summary: "The clips a room can show",
  middleware: [rateLimit("anonymous")],
  responses: { 200: answer("Every clip", watchMediaListSchema), ...problems(429) },
});

/** Rooms to watch one video in together. What happens inside them goes over their sockets. */
export const watchRoutes = createModule()
  .openapi(listWatchMedia, (c) => c.json({ media: [...sampleMedia] }, 200))
  .route("/", roomRoutes)
  .route("/", peopleRoutes)
  .route("/", statsRoutes);

export type WatchApi = typeof watchRoutes;

import { createModule } from "../app.ts";
import { callRoutes } from "./routes/calls.ts";
import { healthRoutes } from "./routes/health.ts";
import { lobbyRoutes } from "./routes/lobby.ts";
import { moderationRoutes } from "./routes/moderation.ts";
import { pictureRoutes } from "./routes/picture.ts";
import { profileRoutes } from "./routes/profile.ts";

/** Random one-to-one video calls: everything that is not said over a socket. */
export const matchRoutes = createModule()
  .route("/", profileRoutes)
  .route("/", pictureRoutes)
  .route("/", lobbyRoutes)
  .route("/", callRoutes)
  .route("/", moderationRoutes)
  .route("/", healthRoutes);

export type MatchApi = typeof matchRoutes;

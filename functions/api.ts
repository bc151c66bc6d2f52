import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { ingestCors, ingestPath } from "./analytics/cors.ts";
import { analyticsData } from "./analytics/data-owner.ts";
import { deletesGames } from "./analytics/delete-games.ts";
import { analyticsRoutes } from "./analytics/routes.ts";
import { createModule } from "./app.ts";
import type { Bindings } from "./env.ts";
import { answerError, answerNotFound } from "./errors.ts";
import type { DataOwner } from "./identity/data-owner.ts";
import { createIdentityRoutes } from "./identity/routes.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { matchData } from "./match/data-owner.ts";
import { forgetsMatch } from "./match/erased.ts";
import { matchRoutes } from "./match/routes.ts";
import { mediaRoutes } from "./media/routes.ts";
import { answerHeaders } from "./middleware/answer-headers.ts";
import { cors } from "./middleware/cors.ts";
import { metered } from "./middleware/meter.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { openApiDocument } from "./ops/openapi.ts";
import { opsRoutes } from "./ops/routes.ts";
import { ProblemError, problemResponse } from "./problem.ts";
import type { AllRoomLimits } from "./room-limits.ts";
import { roomsGate } from "./rooms/gate.ts";
import { type Services, servicesOf } from "./services.ts";
import { watchDataOwner } from "./watch/data-owner.ts";
import { watchRoutes } from "./watch/routes.ts";

/**
 * Modules that keep data of people: what a guest made moves with the account, an export has it, an
 * erasure takes it away. Watch keeps the rooms that somebody made; whoever joins one is known to that
 * room alone.
 */
const dataOwners: readonly DataOwner[] = [matchData, watchDataOwner, analyticsData];

/**
 * The whole API: what every request goes through, and then the modules.
 * @param provide the services for given bindings; tests give their own
 * @param roomLimits what rooms can hold, which rooms alone know
 */
export function createApi(
  provide: (bindings: Bindings) => Services = servicesOf,
  roomLimits: AllRoomLimits = {},
) {
  const app = createModule();
  app.onError(answerError);
  app.notFound(answerNotFound);
  app.use(requestId({ limitLength: 64 }));
  app.use(answerHeaders);
  app.use(async (c, next) => {
    c.set("services", provide(c.env));
    c.set("roomLimits", roomLimits);
    await next();
  });
  app.use(metered);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problemResponse(
          new ProblemError("method_not_allowed", { headers: { Allow: methods.join(", ") } }),
          { requestId: c.get("requestId"), instance: c.req.path },
        ),
    }),
  );
  // Before CORS, which would write to a socket's answer; sockets have an origin check of their own.
  app.route("/", roomsGate);
  app.use(ingestPath, ingestCors);
  app.use(cors);
  app.post("/v1/me/erase", forgetsMatch, deletesGames);
  app.post("/v1/organizations/:id/delete", deletesGames);
  const api = app
    .route("/", opsRoutes)
    .route("/", createIdentityRoutes(dataOwners))
    .route("/", jobRoutes)
    .route("/", watchRoutes)
    .route("/", matchRoutes)
    .route("/", analyticsRoutes);
  api.route("/", mediaRoutes);
  api.get("/openapi.json", rateLimit("anonymous"), (c) =>
    c.body(openApiDocument(api), 200, {
      "Content-Type": "application/json",
      "Cache-Control": "public, max-age=300",
    }),
  );
  return api;
}

/** The API's type, for `hono/client`. */
export type Api = ReturnType<typeof createApi>;

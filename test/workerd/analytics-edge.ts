import { requestId } from "hono/request-id";
import { analyticsRoutes } from "../../functions/analytics/routes.ts";
import { createModule } from "../../functions/app.ts";
import type { Bindings } from "../../functions/env.ts";
import { answerError, answerNotFound } from "../../functions/errors.ts";
import { createIdentityRoutes } from "../../functions/identity/routes.ts";
import { roomsGate } from "../../functions/rooms/gate.ts";
import { servicesOf } from "../../functions/services.ts";

export { AnalyticsBuffer, AnalyticsTail } from "../../rooms/analytics/partyserver.ts";

/** A Worker with analytics alone, for tests that kill it: it starts in a fraction of the time. */
const app = createModule();
app.onError(answerError);
app.notFound(answerNotFound);
app.use(requestId());
app.use(async (c, next) => {
  c.set("services", servicesOf(c.env));
  await next();
});
app.get("/alive", (c) => c.text("alive"));
app.route("/", roomsGate);
app.route("/", createIdentityRoutes([]));
app.route("/", analyticsRoutes);

export default {
  fetch: (request: Request, env: Bindings, ctx: unknown) => app.fetch(request, env, ctx as never),
};

import { createModule } from "../../app.ts";
import { dataRoutes } from "./data-routes.ts";
import { reportRoutes } from "./report-routes.ts";

/** What analytics answers: reports, raw events, exports, and forgetting. */
export const analyticsReadRoutes = createModule().route("/", reportRoutes).route("/", dataRoutes);

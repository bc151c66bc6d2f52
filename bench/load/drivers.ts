import type { MeasuredModule } from "../../cost/measured.ts";
import { analyticsDriver } from "./analytics/driver.ts";
import type { Driver } from "./driver.ts";
import { matchDriver } from "./match/driver.ts";
import { watchDriver } from "./watch/driver.ts";

/** Whoever plays the people of each module. A module joins the comparison here. */
export const drivers: Readonly<Record<MeasuredModule, Driver>> = {
  watch: watchDriver,
  match: matchDriver,
  analytics: analyticsDriver,
};

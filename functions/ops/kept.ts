import type { Services } from "../services.ts";
import type { Look } from "./look.ts";
import type { Report } from "./report.ts";

/**
 * What one isolate keeps between the questions of monitors: two answers, so that it can tell how
 * things were a moment ago without asking again, even while Redis is gone.
 */
export interface Kept {
  report: Report | undefined;
  look: { readonly look: Look; readonly at_ms: number } | undefined;
}

const ofServices = new WeakMap<Services, Kept>();

export function keptOf(services: Services): Kept {
  const known = ofServices.get(services);
  if (known !== undefined) return known;
  const kept: Kept = { report: undefined, look: undefined };
  ofServices.set(services, kept);
  return kept;
}

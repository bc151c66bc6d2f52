import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { identityKinds } from "../identity/sweep-kind.ts";
import { maintenanceKinds } from "./maintenance.ts";

/** Every kind of job, by name. A module adds its own here. */
export function createJobKinds(db: NeonHttpDatabase) {
  return { ...maintenanceKinds(db), ...identityKinds(db) };
}

export type AppJobKinds = ReturnType<typeof createJobKinds>;

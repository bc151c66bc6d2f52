import type { Requirement } from "../../identity/identify.ts";

/** Reports and raw events are for every member. */
export const reading: Requirement = { role: "member", scope: "analytics:read" };
/** Data of all players at once, and forgetting them, are for those who answer for it. */
export const managing: Requirement = { role: "admin", scope: "analytics:write" };

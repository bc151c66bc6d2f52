import type { Context } from "hono";
import type { MeterUnit } from "../platform/meter/units.ts";
import type { AppEnv } from "./app.ts";
import { type LogLevel, log, logs } from "./log.ts";

/** From here on an answer is slow, and worth a line in production. */
export const slowAnswer_ms = 1_000;

export interface AnsweredRequest {
  /** Method and pattern of the route, never the path: it may hold ids. */
  readonly route: string;
  readonly duration_ms: number;
  readonly units: ReadonlyMap<MeterUnit, number>;
}

/**
 * Writes the one line of a request: an error for what failed here, a warning for what was slow or
 * is refused for the moment, otherwise for information. So production, which logs warnings, writes
 * none for a good request.
 */
export async function logRequest(
  c: Context<AppEnv>,
  { route, duration_ms, units }: AnsweredRequest,
): Promise<void> {
  const { status } = c.res;
  const level = levelOf(status, duration_ms);
  const { settings } = c.var.services;
  if (!logs(level, settings.LOG_LEVEL)) return;
  const account = c.get("account");
  const [key] = settings.ROOM_TOKEN_KEYS.reveal();
  const fields = {
    requestId: c.var.requestId,
    route,
    status,
    duration_ms: Math.round(duration_ms),
    // A hash under a key of ours: the same for a person's requests, and no way back to the person.
    user: key && (await account?.hash(`log:${key.secret}`)),
    units: Object.fromEntries(units),
    ...c.get("failure"),
  };
  log(level, "request", fields, settings.LOG_LEVEL);
}

function levelOf(status: number, duration_ms: number): LogLevel {
  // Unavailable is foreseen and told to the client; everything else from 500 on is a defect.
  if (status >= 500) return status === 503 ? "warn" : "error";
  return duration_ms >= slowAnswer_ms ? "warn" : "info";
}

import { sqlState } from "../db/client.ts";
import type { Personal } from "../platform/redact/personal.ts";
import type { Secret } from "../platform/redact/secret.ts";
import type { Settings } from "./env.ts";

export type LogLevel = Settings["LOG_LEVEL"];
const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

type LogValue =
  | string
  | number
  | boolean
  | undefined
  /** Both write themselves as what they are, never as what they hold. */
  | Secret<unknown>
  | Personal
  | Readonly<Record<string, number>>;

/**
 * What a line says. Secrets and personal data are wrapped where they are read (`platform/redact`),
 * and so cannot be written here; a message made elsewhere must not be, for nobody knows what it says.
 */
export type LogFields = Readonly<Record<string, LogValue>>;

/** Whether a line of that level is written when `least` is configured. */
export function logs(level: LogLevel, least: LogLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(least);
}

/** Writes one line of JSON, if the configured level lets it through. */
export function log(level: LogLevel, message: string, fields: LogFields, least: LogLevel): void {
  if (!logs(level, least)) return;
  const line = JSON.stringify({ level, message, ...fields });
  if (level === "error" || level === "warn") console.error(line);
  else console.log(line);
}

/** Errors of the language itself, whose messages speak of code and never of data. */
const harmless = new Set(["TypeError", "RangeError", "ReferenceError"]);

/**
 * What may be logged of an error: its name, the SQLSTATE if it came from Postgres, and where it was
 * thrown. The message is left out unless it is known to be harmless: database and Redis clients put
 * whole commands with their arguments into theirs.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const { cause } = error;
  return {
    error: error.name,
    cause: cause instanceof Error ? cause.name : undefined,
    sqlState: sqlState(error),
    reason: harmless.has(error.name) ? error.message : undefined,
    at: framesOf(error),
  };
}

/** The innermost frames of the stack, without the message that stands above them. */
function framesOf(error: Error): string {
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return frames
    .slice(0, 5)
    .map((line) => line.trim())
    .join(" | ");
}

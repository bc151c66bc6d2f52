import {
  type Argument,
  arguments_max,
  commands_max,
  type RedisCommand,
  redisCommand,
} from "./command.ts";
import { GatewayError } from "./errors.ts";

/**
 * The command in the body of `POST /`: `["SET", "key", 1]`.
 * @throws GatewayError 400 when the body is no array of strings, numbers and booleans
 */
export function parseCommand(body: Buffer): RedisCommand {
  return commandOf(parseJson(body, "command"));
}

/**
 * The commands in the body of `POST /pipeline` or `/multi-exec`: an array of commands.
 * @throws GatewayError 400 as `parseCommand`; one bad command spoils all, since nothing has run yet
 */
export function parseCommands(body: Buffer, what: "pipeline" | "transaction"): RedisCommand[] {
  const rows = parseJson(body, `${what} request`);
  if (!Array.isArray(rows)) throw refused("expected JSON array");
  if (rows.length === 0) throw refused(`ERR empty ${what} request`);
  if (rows.length > commands_max) {
    throw refused(`ERR too many commands in one request, the limit is ${commands_max}`);
  }
  return rows.map(commandOf);
}

/**
 * The command in a path: `/set/key/value?EX=100`. A body is the last argument of the path, and what
 * the query says comes after it; `_token` is not part of the command.
 * @param path everything before the question mark, percent-encoded, with its first slash
 * @param query everything after it, percent-encoded
 */
export function parsePath(path: string, query: string, body: Buffer): RedisCommand {
  const words: Argument[] = path.replace(/\/$/, "").slice(1).split("/").map(decode);
  if (body.length > 0) words.push(body);
  for (const part of query.split("&")) {
    const [name = "", value = ""] = splitOnce(part, "=");
    if (part === "" || name === "_token") continue;
    words.push(decode(name.replaceAll("+", " ")));
    if (value !== "") words.push(decode(value.replaceAll("+", " ")));
  }
  return redisCommand(words);
}

/**
 * Decodes one percent-encoded segment to text, or to a Buffer when its bytes are not UTF-8.
 * @param segment as node:http gives it: one character a byte
 */
export function decode(segment: string): Argument {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(segment)) return segment;
  const bytes = Buffer.from(segment.replaceAll(/%([0-9a-f]{2})/gi, decodeByte), "latin1");
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : bytes;
}

function decodeByte(_encoded: string, hexadecimal: string): string {
  return String.fromCharCode(Number.parseInt(hexadecimal, 16));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function commandOf(row: unknown): RedisCommand {
  if (!Array.isArray(row)) throw refused("expected JSON array");
  if (row.length === 0) throw refused("ERR empty command");
  if (row.length > arguments_max) {
    throw refused(`ERR too many arguments, the limit is ${arguments_max}`);
  }
  return redisCommand(row.map(argumentOf));
}

function argumentOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof NumberText) return value.text;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null) throw refused("ERR null args are not supported");
  throw refused(`ERR unsupported arg type: "${Array.isArray(value) ? "[" : "{"}": json.Delim`);
}

/** A number as it was written, for numbers that would not survive becoming a double. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Finds a number that may read differently after a round trip: a fraction, an exponent, -0, 16 digits. */
const delicateNumber = /[[,]\s*-?(?:\d+[.eE]|\d{16}|0\s*[,\]])/;

function keepNumberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined ? new NumberText(source) : value;
}

function parseJson(body: Buffer, what: string): unknown {
  const text = body.toString("utf8");
  if (text.trim() === "") throw refused("EOF");
  try {
    // A reviver is several times slower, so only bodies that need one pay for it.
    return delicateNumber.test(text) ? JSON.parse(text, keepNumberText) : JSON.parse(text);
  } catch {
    throw refused(`ERR failed to parse ${what}`);
  }
}

function refused(message: string): GatewayError {
  return new GatewayError(400, message);
}

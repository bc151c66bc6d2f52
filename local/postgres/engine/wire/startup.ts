import { timingSafeEqual } from "node:crypto";
import type { Login } from "../engine.ts";
import { errorResponse, frame, int32, readyForQuery } from "./frames.ts";

/** What the first, untyped message of a connection asks for. */
export type StartupRequest =
  | { readonly kind: "encryption" }
  | { readonly kind: "cancel" }
  | SessionRequest
  | { readonly kind: "unsupported" };

export interface SessionRequest {
  readonly kind: "session";
  /** Minor version of the protocol; the major one is 3. */
  readonly minor: number;
  readonly parameters: ReadonlyMap<string, string>;
}

const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;

export function parseStartup(message: Buffer): StartupRequest {
  if (message.length < 8) return { kind: "unsupported" };
  const code = message.readInt32BE(4);
  if (code === sslRequest || code === gssRequest) return { kind: "encryption" };
  if (code === cancelRequest) return { kind: "cancel" };
  if (code >> 16 !== 3) return { kind: "unsupported" };
  const words = message.subarray(8).toString("utf8").split("\0");
  const parameters = new Map<string, string>();
  for (let i = 0; i + 1 < words.length && words[i] !== ""; i += 2)
    parameters.set(words[i] ?? "", words[i + 1] ?? "");
  return { kind: "session", minor: code & 0xffff, parameters };
}

/** A newer minor version or options of one are refused politely: we speak 3.0. */
export function negotiateVersion(parameters: ReadonlyMap<string, string>): Buffer {
  const unknown = [...parameters.keys()].filter((name) => name.startsWith("_pq_."));
  return frame("v", int32(3 << 16), int32(unknown.length), ...unknown);
}

export const askPassword = (): Buffer => frame("R", int32(3));

/** The refusal of a login, or undefined if it is right. */
export function checkLogin(
  login: Login,
  parameters: ReadonlyMap<string, string>,
  password: string,
): Buffer | undefined {
  const user = parameters.get("user") ?? "";
  const database = parameters.get("database") ?? user;
  if (user !== login.user || !sameSecret(password, login.password))
    return errorResponse("FATAL", "28P01", `password authentication failed for user "${user}"`);
  if (database !== login.database)
    return errorResponse("FATAL", "3D000", `database "${database}" does not exist`);
  return undefined;
}

function sameSecret(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Everything a client waits for between its login and its first query. */
export function welcome(settings: ReadonlyMap<string, string>, backend: number): Buffer {
  return Buffer.concat([
    frame("R", int32(0)),
    ...[...settings].map(([name, value]) => frame("S", name, value)),
    frame("K", int32(backend), int32(0)),
    readyForQuery("I"),
  ]);
}

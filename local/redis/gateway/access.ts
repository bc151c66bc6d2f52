import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { decode } from "./parse.ts";

/**
 * Makes the check of a request's token, from `?_token=` or else the Authorization header, with or
 * without `Bearer`. Takes the same time for every wrong token.
 */
export function tokenCheck(token: string): (request: IncomingMessage, query: string) => boolean {
  const wanted = digest(token);
  return (request, query) => {
    const header = request.headers.authorization ?? "";
    const given = queryToken(query) ?? header.replace(/^bearer\s+/i, "").trim();
    return given !== "" && timingSafeEqual(digest(given), wanted);
  };
}

function queryToken(query: string): string | undefined {
  const part = query.split("&").find((pair) => pair.startsWith("_token="));
  const value = part?.slice("_token=".length).replaceAll("+", " ");
  return value === undefined ? undefined : decode(value).toString();
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { tokenCheck } from "./access.ts";
import { createAdmission } from "./admission.ts";
import { ClientGone, readBody } from "./body.ts";
import { connect } from "./connection.ts";
import { type Gaps, translateFor } from "./dialect.ts";
import { type Encoding, encodeError } from "./encode.ts";
import { GatewayError } from "./errors.ts";
import { type Backend, type Headers, route } from "./routes.ts";
import { createSubscriptions } from "./subscribe.ts";
import { emptyTally, type Tally } from "./tally.ts";

export interface GatewayOptions {
  /** TCP port on 127.0.0.1, which must be free. */
  readonly port: number;
  /** What clients must show as their bearer token. */
  readonly token: string;
  readonly redisUrl: string;
  /** What the engine lacks of what clients expect. */
  readonly gaps: Gaps;
  /** How long Redis may owe an answer in silence before its callers get an error. */
  readonly silence_ms_max: number;
  /** Told each time that this has happened. */
  readonly onSilence?: () => void;
}

export interface Gateway {
  /** What clients have sent so far. */
  tally(): Tally;
  /** Lets requests under way finish for a moment, ends subscriptions, closes every connection. */
  stop(): Promise<void>;
}

const methods: ReadonlySet<string> = new Set(["HEAD", "GET", "POST", "PUT"]);
const finish_ms_max = 1_000;

/**
 * Serves the REST API of Upstash in front of a Redis.
 * @throws Error when Redis does not answer or the port is taken
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const connection = await connect(options.redisUrl, options.silence_ms_max, options.onSilence);
  const subscriptions = createSubscriptions(options.redisUrl);
  const translate = translateFor(options.gaps);
  const tally = emptyTally();
  const server = createServer(
    { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 60_000 },
    listener({ connection, subscriptions, translate, tally }, options.token),
  );
  server.maxConnections = 4_096;
  server.on("clientError", answerMalformed);
  try {
    await listen(server, options.port);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    tally: () => ({ ...tally }),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      subscriptions.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), finish_ms_max);
      await closed;
      clearTimeout(timer);
      connection.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function listener(
  backend: Backend,
  token: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  const isAllowed = tokenCheck(token);
  const admission = createAdmission();
  let answers = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // There is one Redis, so every answer is as new as any token a client may hold from here.
    answers += 1;
    const headers = { ...commonHeaders, "upstash-sync-token": answers.toString(32) };
    const { path, query } = target(request.url ?? "/");
    if (!isAllowed(request, query)) throw unauthorized();
    const encoding = encodingOf(request);
    const place = admission.enter();
    try {
      const body = await readBody(request, place);
      const asked = { path, query, body, encoding };
      const text = await route(backend, asked, response, headers);
      if (text !== undefined) send(response, 200, text, headers);
    } finally {
      place.release();
    }
  };

  return (request, response) => {
    const method = request.method ?? "";
    if (method === "OPTIONS") return preflight(request, response);
    if (!methods.has(method)) {
      return sendError(response, new GatewayError(405, `ERR method ${method} is not allowed`));
    }
    answer(request, response).catch((error: unknown) => {
      if (error instanceof ClientGone) return;
      sendError(response, error);
    });
  };
}

const commonHeaders: Headers = { "access-control-allow-origin": "*" };

function target(url: string): { path: string; query: string } {
  const at = url.indexOf("?");
  return at < 0
    ? { path: url, query: "" }
    : { path: url.slice(0, at) || "/", query: url.slice(at + 1) };
}

function encodingOf(request: IncomingMessage): Encoding {
  const format = request.headers["upstash-response-format"] ?? "json";
  if (format !== "json") {
    throw new GatewayError(400, `ERR Upstash-Response-Format ${format} is not supported here`);
  }
  const encoding = request.headers["upstash-encoding"] ?? "";
  if (encoding === "base64") return "base64";
  if (encoding === "") return "text";
  throw new GatewayError(400, `ERR invalid Upstash-Encoding: ${encoding}`);
}

function unauthorized(): GatewayError {
  return new GatewayError(401, "WRONGPASS invalid or missing auth token");
}

function send(response: ServerResponse, status: number, text: string, headers: Headers): void {
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Answers with an error. One that is nobody's fault but ours is logged and hidden from the client. */
function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof GatewayError;
  if (!known) console.error("redis gateway:", error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = known ? error.status : 500;
  const message = known ? error.message : "ERR internal error of the gateway";
  send(response, status, encodeError(message), commonHeaders);
}

/** Browsers ask before they send a token to another origin. */
function preflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    ...commonHeaders,
    "access-control-allow-methods": "HEAD, GET, POST, PUT",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
    "access-control-max-age": "86400",
  });
  response.end();
}

/** What is not HTTP, or has headers beyond every limit, gets a JSON error as well. */
function answerMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : "400 Bad Request";
  const text = encodeError("ERR malformed HTTP request");
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
}

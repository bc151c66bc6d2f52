import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../../process/port.ts";
import type { Engine } from "../engine/engine.ts";
import { BodyReader } from "./body.ts";
import { checkConnectionString } from "./connection-string.ts";
import { errorAnswer } from "./errors.ts";
import { execute } from "./execute.ts";
import { parseRequest } from "./request.ts";

/** Neon's SQL over HTTP, for its `@neondatabase/serverless` driver, in front of an engine. */
export interface Gateway {
  readonly port: number;
  /** Requests for SQL so far, whatever became of them; a batch is one. */
  requests(): number;
  stop(): Promise<void>;
}

export interface GatewayLimits {
  readonly body_bytes_max: number;
  readonly answer_bytes_max: number;
  /** Bodies of all requests that are read, wait or run. */
  readonly held_bytes_max: number;
  readonly connections_max: number;
}

const mebibyte = 1024 * 1024;
export const defaultGatewayLimits: GatewayLimits = {
  body_bytes_max: 64 * mebibyte,
  answer_bytes_max: 64 * mebibyte,
  held_bytes_max: 256 * mebibyte,
  connections_max: 2_000,
};

/** Longer than clients keep an idle connection, so that it is they who close it. */
const keepAlive_ms = 75_000;

/** As Neon's, with the one header that its own driver sends and its list lacks. */
const preflightHeaders = {
  Allow: "OPTIONS, POST",
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers":
    "Authorization, Neon-Connection-String, Neon-Raw-Text-Output, Neon-Array-Mode, Neon-Pool-Opt-In, " +
    "Neon-Batch-Read-Only, Neon-Batch-Isolation-Level, Neon-Batch-Deferrable",
  "Access-Control-Max-Age": "86400",
};

/** @param port wanted port; another free one is taken if it is in use, 0 for any */
export async function startGateway(
  engine: Engine,
  port: number,
  limits: GatewayLimits = defaultGatewayLimits,
): Promise<Gateway> {
  const bodies = new BodyReader(limits.body_bytes_max, limits.held_bytes_max);
  let requests = 0;
  const server = createServer({ keepAliveTimeout: keepAlive_ms }, (request, response) => {
    if (isQuery(request)) requests += 1;
    respond(engine, bodies, limits, request, response).catch(() => response.destroy());
  });
  server.maxConnections = limits.connections_max;
  const wanted = await freePort(port);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  engine: Engine,
  bodies: BodyReader,
  limits: GatewayLimits,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (pathOf(request) === "/sql" && request.method === "OPTIONS") {
    request.resume();
    response.writeHead(200, preflightHeaders).end();
    return;
  }
  if (!isQuery(request)) {
    request.resume();
    send(response, 400, JSON.stringify("query is not supported"));
    return;
  }
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    await bodies.withBody(request, async (body) => {
      checkConnectionString(request.headers["neon-connection-string"], engine.login);
      const parsed = parseRequest(request.headers, body);
      const answer = await execute(engine, parsed, gone.signal, limits.answer_bytes_max);
      send(response, 200, answer, parsed.kind === "batch" ? parsed.headers : {});
    });
  } catch (error) {
    const { status, body } = errorAnswer(error);
    send(response, status, body);
  }
}

function pathOf({ url }: IncomingMessage): string | undefined {
  return url?.split("?")[0];
}

function isQuery(request: IncomingMessage): boolean {
  return pathOf(request) === "/sql" && request.method === "POST";
}

function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Access-Control-Allow-Origin": "*",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

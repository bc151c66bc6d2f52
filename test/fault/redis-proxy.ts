import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a request to Redis meets.  */
export type Fault =
  /** Nothing: the answer is Redis's own. */
  | "none"
  /** Redis does as it is told and answers slowly. */
  | "slow"
  /** It reaches Redis only when whoever sent it has given up. */
  | "late"
  /** Redis, or what stands before it, answers with an error. */
  | "refused"
  /** The answer is no JSON, or none that a client would know. */
  | "rubbish"
  /** The answer is JSON of another shape. */
  | "shape"
  /** The answer to somebody else's question. */
  | "swapped"
  /** The connection breaks before Redis heard of it. */
  | "reset"
  /** Redis does as it is told, and then the connection breaks. */
  | "lost"
  /** The answer ends in its middle. */
  | "truncated"
  /** No answer ever. */
  | "hang";

export interface FaultyProxy {
  readonly url: string;
  /** Requests that came in. */
  readonly requests: () => number;
  stop(): Promise<void>;
}

/** What chooses a fault for each request, and what is said where there is a choice. */
export interface Trouble {
  readonly fault: () => Fault;
  /** Uniform whole number in [0, below). */
  readonly below: (below: number) => number;
  /** How long what is slow or late takes. */
  readonly slow_ms: number;
}

const answers_kept = 50;

const refusals: readonly (readonly [number, string])[] = [
  [500, '{"error":"ERR internal"}'],
  [500, "<html><body>Internal Server Error</body></html>"],
  [503, ""],
  [401, '{"error":"Unauthorized"}'],
  [429, '{"error":"ERR max daily request limit exceeded"}'],
  [400, '{"error":"OOM command not allowed when used memory > maxmemory"}'],
  [200, '{"error":"ERR something"}'],
  [302, ""],
];
const rubbish: readonly string[] = [
  "",
  "OK",
  "{",
  "<html></html>",
  "\u0000\u0001\u0002",
  '{"result":',
  "x".repeat(100_000),
];
/** Every one of them is a lie that can be seen through: none says that an invalidation was done. */
const shapes: readonly string[] = [
  "null",
  "17",
  '"OK"',
  "[]",
  "[[]]",
  "{}",
  '{"result":null}',
  '{"result":"cnViYmlzaA=="}',
  '{"result":true}',
  '{"result":{"a":1}}',
  '{"result":[]}',
  '{"result":[null]}',
  '{"result":[1,2,3]}',
  '{"result":[[],{},7,null]}',
  '[{"result":null}]',
  '[{"result":"OK"},{"error":"ERR no"}]',
  '[{"result":[]},{"result":[]},{"result":[]}]',
];

/**
 * A proxy before a Redis that speaks HTTP, which lets requests through or gets them into trouble.
 * @param target address of the gateway behind it
 */
export async function startFaultyProxy(target: string, trouble: Trouble): Promise<FaultyProxy> {
  let requests = 0;
  const answers: { readonly key: string; readonly body: string }[] = [];
  const pick = <T>(list: readonly T[], otherwise: T): T =>
    list[trouble.below(list.length)] ?? otherwise;

  const forward = async (request: IncomingMessage, body: string): Promise<string> => {
    const headers = { ...request.headers } as Record<string, string>;
    for (const name of ["host", "connection", "content-length"]) delete headers[name];
    const answer = await fetch(target + (request.url ?? ""), { method: "POST", headers, body });
    const text = await answer.text();
    answers.push({ key: keyOf(body), body: text });
    if (answers.length > answers_kept) answers.shift();
    return text;
  };

  const meet = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const reply = (status: number, text: string) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(text);
    };
    switch (trouble.fault()) {
      case "none":
        return reply(200, await forward(request, body));
      case "slow": {
        const text = await forward(request, body);
        await sleep(trouble.slow_ms);
        return reply(200, text);
      }
      case "late":
        await sleep(trouble.slow_ms);
        return reply(200, await forward(request, body));
      case "refused":
        return reply(...pick(refusals, [500, ""] as const));
      case "rubbish":
        return reply(200, pick(rubbish, ""));
      case "shape":
        return reply(200, pick(shapes, "null"));
      case "swapped": {
        // Not for an invalidation, and not the answer to the same question asked before: to believe
        // either is to be lied to, which nobody can help. That there is nothing is no lie at all: it
        // says so of any key, and whoever hears it has been answered.
        const others = answers.filter((one) => one.key !== keyOf(body) && saysSomething(one.body));
        if (isInvalidation(body)) return reply(200, await forward(request, body));
        return reply(200, pick(others, { key: "", body: "{}" }).body);
      }
      case "reset":
        response.destroy();
        return;
      case "lost":
        await forward(request, body);
        response.destroy();
        return;
      case "truncated": {
        const text = await forward(request, body);
        response.writeHead(200, { "Content-Length": text.length + 10 });
        response.write(text.slice(0, text.length / 2));
        await sleep(5);
        response.destroy();
        return;
      }
      case "hang":
        return;
    }
  };

  const server = createServer((request, response) => {
    requests += 1;
    // Whoever gave up has closed the connection; there is nobody left to be told.
    meet(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The first key of the first command. */
function keyOf(body: string): string {
  const commands = JSON.parse(body) as readonly unknown[];
  const first = Array.isArray(commands[0]) ? (commands[0] as readonly unknown[]) : commands;
  return String(first[1]);
}

function saysSomething(answer: string): boolean {
  return /"result":(?!null\b|\[(null,?)*\])/.test(answer);
}

function isInvalidation(body: string): boolean {
  return String((JSON.parse(body) as readonly unknown[])[0]).toLowerCase() === "del";
}

import type { ServerResponse } from "node:http";
import type { RedisCommand, Reply } from "./command.ts";
import type { Connection } from "./connection.ts";
import { type Encoding, encodeAnswer, encodeError } from "./encode.ts";
import { GatewayError } from "./errors.ts";
import { decode, parseCommand, parseCommands, parsePath } from "./parse.ts";
import { refusal } from "./policy.ts";
import type { SubscribeKind, Subscriptions } from "./subscribe.ts";
import { type Tally, tally } from "./tally.ts";
import type { Translated } from "./translate.ts";

/** What the routes work with. */
export interface Backend {
  readonly connection: Connection;
  readonly subscriptions: Subscriptions;
  readonly translate: (command: RedisCommand) => Translated;
  readonly tally: Tally;
}

/** A request whose token was right and whose body has been read. */
export interface Asked {
  /** Percent-encoded, with its first slash. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  readonly body: Buffer;
  readonly encoding: Encoding;
}

/** Headers that every answer carries. */
export type Headers = Record<string, string>;

/**
 * Answers one request, as JSON text with status 200, or as a stream of its own (then undefined).
 * @throws GatewayError for everything else
 */
export async function route(
  backend: Backend,
  asked: Asked,
  response: ServerResponse,
  headers: Headers,
): Promise<string | undefined> {
  const { path, query, body, encoding } = asked;
  const counted = <Commands extends readonly RedisCommand[]>(commands: Commands): Commands => {
    tally(backend.tally, commands);
    return commands;
  };
  if (path === "/") return await one(backend, ...counted([parseCommand(body)] as const), encoding);
  if (path === "/pipeline") {
    return await pipeline(backend, counted(parseCommands(body, "pipeline")), encoding);
  }
  if (path === "/multi-exec") {
    return await transaction(backend, counted(parseCommands(body, "transaction")), encoding);
  }
  const [first = "", ...rest] = path.replace(/\/$/, "").slice(1).split("/");
  const kind = subscribeKind(first);
  if (kind !== undefined) {
    await backend.subscriptions.serve(kind, rest.map(decode), response, headers);
    return undefined;
  }
  return await one(backend, ...counted([parsePath(path, query, body)] as const), encoding);
}

function subscribeKind(word: string): SubscribeKind | undefined {
  const lower = word.toLowerCase();
  return lower === "subscribe" || lower === "psubscribe" ? lower : undefined;
}

async function one(backend: Backend, command: RedisCommand, encoding: Encoding): Promise<string> {
  const refused = refusal(command);
  if (refused !== undefined) throw new GatewayError(400, refused);
  const { command: sent, mapReply } = backend.translate(command);
  const [raw = null] = await backend.connection.run([sent]);
  const reply = mapReply ? mapReply(raw) : raw;
  if (reply instanceof Error) throw new GatewayError(400, reply.message);
  return encodeAnswer(reply, encoding);
}

/** Runs what may run and answers each in its place; refused commands take no part in it. */
async function pipeline(
  backend: Backend,
  commands: readonly RedisCommand[],
  encoding: Encoding,
): Promise<string> {
  const refusals = commands.map(refusal);
  const allowed = commands.filter((_, index) => refusals[index] === undefined);
  const translated = allowed.map(backend.translate);
  const replies = allowed.length > 0 ? await backend.connection.run(translated.map(sent)) : [];
  const answers = replies.map((reply, index) =>
    answerOf(reply, translated[index]?.mapReply, encoding),
  );
  let next = 0;
  const items = refusals.map((refused) =>
    refused === undefined ? (answers[next++] ?? "null") : encodeError(refused),
  );
  return `[${items.join(",")}]`;
}

/** Runs all or nothing: one command that may not run discards the whole before Redis hears of it. */
async function transaction(
  backend: Backend,
  commands: readonly RedisCommand[],
  encoding: Encoding,
): Promise<string> {
  for (const command of commands) {
    const refused = refusal(command);
    if (refused !== undefined) throw new GatewayError(400, refused);
  }
  const translated = commands.map(backend.translate);
  const replies = await backend.connection.transaction(translated.map(sent));
  const items = replies.map((reply, index) =>
    answerOf(reply, translated[index]?.mapReply, encoding),
  );
  return `[${items.join(",")}]`;
}

function sent({ command }: { readonly command: RedisCommand }): RedisCommand {
  return command;
}

/** One place of a pipeline; an answer that is too large becomes the error of its place alone. */
function answerOf(
  reply: Reply,
  mapReply: ((reply: Reply) => Reply) | undefined,
  encoding: Encoding,
): string {
  try {
    return encodeAnswer(mapReply ? mapReply(reply) : reply, encoding);
  } catch (error) {
    if (error instanceof GatewayError) return encodeError(error.message);
    throw error;
  }
}

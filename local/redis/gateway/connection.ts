import { Command, Pipeline, Redis, type RedisOptions } from "ioredis";
import type { RedisCommand, Reply } from "./command.ts";
import { GatewayError, redisUnavailable } from "./errors.ts";
import { watchSilence } from "./watchdog.ts";

/** The one connection that all requests share. Commands of one call are written together, in order. */
export interface Connection {
  /**
   * Runs commands; nothing that other requests send comes between them.
   * @returns one reply a command, error replies among them
   * @throws GatewayError 503 when Redis cannot be asked
   */
  run(commands: readonly RedisCommand[]): Promise<readonly Reply[]>;
  /**
   * Runs commands between MULTI and EXEC.
   * @throws GatewayError 400 when Redis discarded all of them, 503 when Redis cannot be asked
   */
  transaction(commands: readonly RedisCommand[]): Promise<readonly Reply[]>;
  close(): void;
}

/**
 * What every connection has in common. Nothing is queued while Redis is away and nothing is sent
 * twice: a client learns at once that its command did not run, or may not have run, and decides.
 */
export const connectionOptions: RedisOptions = {
  stringNumbers: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  disconnectTimeout: 100,
  disableClientInfo: true,
  retryStrategy: (attempt) => Math.min(attempt * 50, 500),
};

/**
 * Connects, and stays connected through restarts of Redis.
 * @param silence_ms_max how long Redis may owe an answer without sending anything
 * @param onSilence told each time that it has
 * @throws Error when the first connection cannot be made
 */
export async function connect(
  url: string,
  silence_ms_max: number,
  onSilence: () => void = () => {},
): Promise<Connection> {
  const redis = new Redis(url, { ...connectionOptions, lazyConnect: true });
  const watchdog = watchSilence(redis, silence_ms_max, onSilence);
  try {
    await redis.connect();
  } catch (error) {
    watchdog.stop();
    redis.disconnect();
    throw error;
  }
  const run = async (commands: readonly RedisCommand[]): Promise<readonly Reply[]> => {
    watchdog.begin();
    try {
      return await send(redis, commands);
    } catch (error) {
      throw redisUnavailable(watchdog.reason(error));
    } finally {
      watchdog.end();
    }
  };
  const transaction = async (commands: readonly RedisCommand[]): Promise<readonly Reply[]> => {
    const replies = await run([
      { name: "MULTI", args: [] },
      ...commands,
      { name: "EXEC", args: [] },
    ]);
    const outcome = replies.at(-1) ?? null;
    if (Array.isArray(outcome)) return outcome;
    throw discarded(replies.slice(0, -1), outcome);
  };
  const close = () => {
    watchdog.stop();
    redis.disconnect();
  };
  return { run, transaction, close };
}

/** Rejects only when the connection failed; an error reply is an answer. */
async function send(redis: Redis, commands: readonly RedisCommand[]): Promise<readonly Reply[]> {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) {
    const reply = redis.sendCommand(wire(only)) as Promise<Reply>;
    return [await reply.catch(errorReply)];
  }
  // A pipeline leaves as one write, so nothing from another request can come in between.
  const pipeline = new Pipeline(redis);
  for (const command of commands) pipeline.sendCommand(wire(command));
  const outcomes = (await pipeline.exec()) ?? [];
  return outcomes.map(([error, reply]) => (error ? errorReply(error) : (reply as Reply)));
}

function wire({ name, args }: RedisCommand): Command {
  return new Command(name, [...args], { replyEncoding: null });
}

function errorReply(error: unknown): Reply {
  if (error instanceof Error && error.name === "ReplyError") return error;
  throw error;
}

/** Why a transaction was discarded: the first command that Redis would not queue, when there is one. */
function discarded(queued: readonly Reply[], outcome: Reply): GatewayError {
  const cause = queued.find((reply) => reply instanceof Error) ?? outcome;
  const reason = cause instanceof Error ? cause.message : "ERR the transaction was not executed";
  return new GatewayError(400, `EXECABORT Transaction discarded because of: ${reason}`);
}

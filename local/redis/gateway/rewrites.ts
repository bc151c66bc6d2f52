import { keyword, type RedisCommand } from "./command.ts";
import type { Translated } from "./translate.ts";

/** ECHO as a PING with a message, which answers the same. */
export function echo({ name, args }: RedisCommand): Translated | undefined {
  return name === "ECHO" && args.length === 1 ? { command: { name: "PING", args } } : undefined;
}

/**
 * CLIENT SETINFO names the library of a connection. This connection is shared, so the command is
 * checked and then answered `OK` by a PING, which keeps its place in a pipeline or a transaction.
 */
export function clientInfo({ name, args }: RedisCommand): Translated | undefined {
  const known =
    keyword(args[0]) === "SETINFO" && ["LIB-NAME", "LIB-VER"].includes(keyword(args[1]));
  if (name !== "CLIENT" || !known || args.length !== 3) return undefined;
  return { command: { name: "PING", args: ["OK"] } };
}

/** Copying a key onto itself copies nothing at Upstash, where Redis calls it an error. */
export function copyOntoItself(command: RedisCommand): Translated | undefined {
  if (command.name !== "COPY") return undefined;
  const same = "source and destination objects are the same";
  return {
    command,
    mapReply: (reply) => (reply instanceof Error && reply.message.includes(same) ? "0" : reply),
  };
}

/** Drops the `=` of `MAXLEN = 100`, which means the same without it. */
export function exactTrim(command: RedisCommand): Translated | undefined {
  const at = trimMark(command);
  return keyword(command.args[at]) === "=" ? without(command, at) : undefined;
}

/**
 * Drops the `~` of `MAXLEN ~ 100`: trimming exactly is one way to trim approximately, and what
 * Upstash does. With a LIMIT the mark must stay.
 */
export function approximateTrim(command: RedisCommand): Translated | undefined {
  const at = trimMark(command);
  if (keyword(command.args[at]) !== "~" || keyword(command.args[at + 2]) === "LIMIT") {
    return undefined;
  }
  return without(command, at);
}

/** Where `=` or `~` would stand in an XADD or XTRIM that trims; -1 in any other command. */
function trimMark({ name, args }: RedisCommand): number {
  if (name !== "XADD" && name !== "XTRIM") return -1;
  const strategy = name === "XADD" && keyword(args[1]) === "NOMKSTREAM" ? 2 : 1;
  return ["MAXLEN", "MINID"].includes(keyword(args[strategy])) ? strategy + 1 : -1;
}

function without({ name, args }: RedisCommand, index: number): Translated {
  return { command: { name, args: args.toSpliced(index, 1) } };
}

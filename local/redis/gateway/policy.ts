import { keyword, type RedisCommand } from "./command.ts";

/**
 * Commands that belong to one connection: they would change, block or end the connection that all
 * requests share. Upstash refuses them over REST too: a transaction is `/multi-exec`, a
 * subscription `/subscribe`, and nothing may block.
 */
const connectionCommands: ReadonlySet<string> = new Set(
  `AUTH HELLO QUIT RESET SELECT CLIENT ASKING READONLY READWRITE
   MULTI EXEC DISCARD WATCH UNWATCH
   SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE MONITOR
   BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF`.split(/\s+/),
);

/**
 * Commands that run or endanger the server itself, or leave its one database. Upstash does not have
 * them. `POST` and `HOST:` are there because Redis takes them for an attack through a browser and
 * closes the connection.
 */
const serverCommands: ReadonlySet<string> = new Set(
  `ACL BGREWRITEAOF BGSAVE CLUSTER CONFIG DEBUG FAILOVER LATENCY MIGRATE MODULE MOVE PFDEBUG
   PFSELFTEST PSYNC REPLCONF REPLICAOF RESTORE-ASKING ROLE SAVE SHUTDOWN SLAVEOF SLOWLOG SWAPDB
   SYNC TRIMSLOTS POST HOST:`.split(/\s+/),
);

/**
 * Why a command may not be run over REST, in Upstash's words, or undefined when it may.
 * Unknown commands may: Redis itself says that it does not know them.
 */
export function refusal(command: RedisCommand): string | undefined {
  const { name, args } = command;
  const sub = keyword(args[0]);
  if (name === "" || serverCommands.has(name)) return notAvailable(name);
  if (name === "SCRIPT" && sub === "DEBUG") return notAvailable("SCRIPT DEBUG");
  if (name === "CLIENT" && sub === "SETINFO") return undefined;
  if (connectionCommands.has(name) || blocks(command)) return notOverRest(name);
  return undefined;
}

/** Whether `name` is in one of the tables, for the test that compares them with a server's own list. */
export function isRefusedByName(name: string): boolean {
  return connectionCommands.has(name) || serverCommands.has(name);
}

function notAvailable(name: string): string {
  const shown = name.slice(0, 128);
  return `ERR Command is not available: '${shown}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details`;
}

function notOverRest(name: string): string {
  return `ERR Command "${name}" is not allowed in REST or it has a special context path`;
}

/** How many words an option of XREAD or XREADGROUP takes, itself included; one when not named here. */
const streamOptionLengths: Readonly<Record<string, number>> = { COUNT: 2, GROUP: 3, CLAIM: 2 };

/** Whether a stream read carries BLOCK as an option (and not as the name of a group or a key). */
function blocks({ name, args }: RedisCommand): boolean {
  if (name !== "XREAD" && name !== "XREADGROUP") return false;
  let index = 0;
  while (index < args.length) {
    const option = keyword(args[index]);
    if (option === "STREAMS") return false;
    if (option === "BLOCK") return true;
    index += streamOptionLengths[option] ?? 1;
  }
  return false;
}

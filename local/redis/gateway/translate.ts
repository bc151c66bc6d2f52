import type { RedisCommand, Reply } from "./command.ts";

/** A command ready to be sent, and what to make of its reply before the client sees it. */
export interface Translated {
  readonly command: RedisCommand;
  readonly mapReply?: (reply: Reply) => Reply;
}

/** Turns one command into another that means the same to the engine; undefined leaves it as it is. */
export type Translate = (command: RedisCommand) => Translated | undefined;

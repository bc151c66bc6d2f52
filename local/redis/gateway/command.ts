/** One argument of a command. A Buffer holds bytes that are not UTF-8 text, which only a path or a body can bring. */
export type Argument = string | Buffer;

/** A command as it goes to Redis; `name` is upper case, because that is what every table here is keyed by. */
export interface RedisCommand {
  readonly name: string;
  readonly args: readonly Argument[];
}

/**
 * What Redis answered, over RESP2: a Buffer is a string (simple or bulk), a string is an integer in
 * decimal digits (so that 64 bits survive), an Error is an error reply, null is a null of any kind.
 */
export type Reply = Buffer | string | null | Error | readonly Reply[];

/** Most arguments one command may have. Redis closes a connection that sends 1,048,576 or more. */
export const arguments_max = 1_000_000;

/** Most commands one pipeline or transaction may have; each costs about a kilobyte while it waits. */
export const commands_max = 100_000;

/** Makes a command from its words, the first of which is its name. */
export function redisCommand(words: readonly Argument[]): RedisCommand {
  const [name = "", ...args] = words;
  return { name: name.toString().toUpperCase(), args };
}

/** An argument as an upper-case word, to compare with a keyword; `""` when there is none. */
export function keyword(argument: Argument | undefined): string {
  return argument === undefined ? "" : argument.toString().toUpperCase();
}

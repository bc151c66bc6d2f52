const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value that opens something: a password, a key, an address with credentials. Whatever writes,
 * joins, copies or inspects it gets `[secret]`; only `reveal` gives it away, and is easy to find.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself, for the client that needs it and for nothing that keeps or writes it. */
  reveal(): T {
    return this.#value;
  }

  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }

  [inspect](): string {
    return "[secret]";
  }
}

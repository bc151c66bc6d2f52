import type { Field, RowSink, StatementResult } from "../engine/engine.ts";
import { ResultTooLargeError } from "../engine/errors.ts";
import { jsonValue } from "./json-value.ts";
import type { Form } from "./request.ts";

/** Text is turned into bytes in pieces of about this size. */
const piece_length = 256 * 1024;

/** The JSON of an answer, as bytes, while it grows to at most its limit. */
export class Answer {
  readonly #bytes_max: number;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #text = "";

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max;
  }

  /** @throws ResultTooLargeError, some time after the limit was passed */
  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= piece_length) this.#flush();
  }

  /** @throws ResultTooLargeError if it is over its limit */
  finish(): Buffer {
    this.#flush();
    return Buffer.concat(this.#pieces);
  }

  #flush(): void {
    const piece = Buffer.from(this.#text);
    this.#text = "";
    this.#bytes += piece.length;
    if (this.#bytes > this.#bytes_max) throw new ResultTooLargeError(this.#bytes_max);
    this.#pieces.push(piece);
  }
}

/** Writes one result into an answer, in the form that was asked for. */
export class ResultWriter implements RowSink {
  readonly #answer: Answer;
  readonly #form: Form;
  #types: readonly number[] = [];
  #names: readonly string[] = [];
  #begun = false;
  #rows = 0;

  constructor(answer: Answer, form: Form) {
    this.#answer = answer;
    this.#form = form;
  }

  fields(fields: readonly Field[]): void {
    this.#begun = true;
    this.#types = fields.map((field) => field.dataTypeID);
    this.#names = fields.map((field) => `${JSON.stringify(field.name)}:`);
    this.#answer.add(`{"fields":${JSON.stringify(fields)},"rows":[`);
  }

  row(values: readonly (string | null)[]): void {
    if (this.#rows > 0) this.#answer.add(",");
    this.#rows += 1;
    this.#answer.add(this.#rowJson(values));
  }

  /** Closes the result, which has no fields and no rows if there were none. */
  end({ command, rowCount }: StatementResult): void {
    if (!this.#begun) this.fields([]);
    const rest = JSON.stringify({ command, rowCount, rowAsArray: this.#form.arrays });
    this.#answer.add(`],${rest.slice(1)}`);
  }

  #rowJson(values: readonly (string | null)[]): string {
    const { raw, arrays } = this.#form;
    // What the driver always asks for needs no look at any value.
    if (raw && arrays) return JSON.stringify(values);
    const texts = values.map((value, i) => {
      const json = this.#valueJson(value, this.#types[i] ?? 0);
      return arrays ? json : `${this.#names[i]}${json}`;
    });
    return arrays ? `[${texts.join(",")}]` : `{${texts.join(",")}}`;
  }

  #valueJson(value: string | null, type: number): string {
    if (value === null) return "null";
    return this.#form.raw ? JSON.stringify(value) : jsonValue(value, type);
  }
}

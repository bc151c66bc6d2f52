import { arrayElements } from "./array-types.ts";

/** Type OIDs whose text is turned into a JSON value; all others stay strings (as Neon's proxy does). */
const bool = 16;
const int2 = 21;
const int4 = 23;
const float4 = 700;
const float8 = 701;
const json = 114;
const jsonb = 3802;
const box = 603;

/**
 * The JSON text of a value that Postgres gave as text.
 * @param type OID of its type
 */
export function jsonValue(text: string, type: number): string {
  switch (type) {
    case bool:
      return text === "t" ? "true" : "false";
    case int2:
    case int4:
      return text;
    case float4:
    case float8:
      // JSON has no NaN and no infinity.
      return Number.isFinite(Number(text)) ? String(Number(text)) : JSON.stringify(text);
    case json:
    case jsonb:
      return text;
  }
  const element = arrayElements.get(type);
  if (element === undefined) return JSON.stringify(text);
  // A lower bound other than 1 is shown in front, `[0:1]={1,2}`; JSON has no place for it.
  const start = text.indexOf("{");
  return new ArrayReader(text, start, element, element === box ? ";" : ",").read();
}

/** Reads one array literal (PostgreSQL documentation, "Array Input and Output Syntax"). */
class ArrayReader {
  readonly #text: string;
  readonly #element: number;
  readonly #delimiter: string;
  #at: number;

  constructor(text: string, start: number, element: number, delimiter: string) {
    this.#text = text;
    this.#at = start;
    this.#element = element;
    this.#delimiter = delimiter;
  }

  read(): string {
    const items: string[] = [];
    this.#at += 1;
    while (this.#text[this.#at] !== "}" && this.#at < this.#text.length) {
      items.push(this.#item());
      if (this.#text[this.#at] === this.#delimiter) this.#at += 1;
    }
    this.#at += 1;
    return `[${items.join(",")}]`;
  }

  #item(): string {
    const first = this.#text[this.#at];
    if (first === "{") return this.read();
    if (first === '"') return jsonValue(this.#quoted(), this.#element);
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#ends(this.#text[this.#at])) this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    return text === "NULL" ? "null" : jsonValue(text, this.#element);
  }

  #ends(character: string | undefined): boolean {
    return character === this.#delimiter || character === "}";
  }

  #quoted(): string {
    let value = "";
    this.#at += 1;
    while (this.#at < this.#text.length && this.#text[this.#at] !== '"') {
      if (this.#text[this.#at] === "\\") this.#at += 1;
      value += this.#text[this.#at] ?? "";
      this.#at += 1;
    }
    this.#at += 1;
    return value;
  }
}

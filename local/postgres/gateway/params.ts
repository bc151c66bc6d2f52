import { SqlError } from "../engine/errors.ts";
import { BadRequestError } from "./errors.ts";

/** The wire protocol counts parameters in 16 bits. */
const params_max = 65_535;
/** Postgres arrays have at most 6 dimensions; more here would only be refused later. */
const depth_max = 32;

/**
 * A number as it stood in the request. `JSON.parse` would round 9007199254740993 and forget that
 * 1.50 is not 1.5.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Parameters from JSON to Postgres text. The driver sends text already; other clients may send JSON
 * values, which become what Neon's proxy makes of them: numbers and booleans their own text, objects
 * their JSON, arrays a Postgres array.
 * @throws SqlError or BadRequestError for what no Postgres value can be made of
 */
export function paramsToText(params: readonly unknown[]): (string | null)[] {
  if (params.length > params_max)
    throw new SqlError(`a statement can have at most ${params_max} parameters`, {
      severity: "ERROR",
      code: "54000",
    });
  return params.map((value) => {
    if (value === null) return null;
    if (typeof value === "string") return checkedText(value);
    if (Array.isArray(value)) return arrayLiteral(value, 1);
    return scalarText(value);
  });
}

/** @throws SqlError for a zero byte, BadRequestError for half a surrogate pair */
export function checkedText(text: string): string {
  if (text.includes("\0"))
    throw new SqlError('invalid byte sequence for encoding "UTF8": 0x00', {
      severity: "ERROR",
      code: "22021",
    });
  if (/\p{Surrogate}/u.test(text)) throw new BadRequestError("a string has an unpaired surrogate");
  return text;
}

function scalarText(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (typeof value === "object") return checkedText(objectJson(value));
  return String(value);
}

function arrayLiteral(items: readonly unknown[], depth: number): string {
  if (depth > depth_max) throw new BadRequestError("an array is nested too deeply");
  const texts = items.map((item) => {
    if (item === null) return "NULL";
    if (Array.isArray(item)) return arrayLiteral(item, depth + 1);
    if (typeof item === "string") return quoted(checkedText(item));
    if (item instanceof NumberText || typeof item === "boolean") return scalarText(item);
    return quoted(scalarText(item));
  });
  return `{${texts.join(",")}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A number for `JSON.stringify` to copy as it is (ECMAScript, "JSON.rawJSON"; not yet in our `lib`). */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

function objectJson(value: object | null): string {
  try {
    return JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof NumberText ? rawJson(inner.text) : inner,
    );
  } catch (error) {
    if (error instanceof RangeError) throw new BadRequestError("an object is nested too deeply");
    throw error;
  }
}

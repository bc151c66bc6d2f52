import { expect, test } from "vitest";
import { SqlError } from "../engine/errors.ts";
import { BadRequestError } from "./errors.ts";
import { NumberText, paramsToText } from "./params.ts";

const one = (value: unknown) => paramsToText([value])[0];

test("text and null pass as they are", () => {
  expect(paramsToText(["", "NULL", "{a}", null])).toStrictEqual(["", "NULL", "{a}", null]);
});

test("numbers keep the digits they were written with, booleans become words", () => {
  expect(one(new NumberText("9007199254740993"))).toBe("9007199254740993");
  expect(one(new NumberText("1.50"))).toBe("1.50");
  expect(one(true)).toBe("true");
});

test("an object becomes its JSON, numbers in it unchanged", () => {
  expect(one({ a: new NumberText("1.50"), b: ["ü", null] })).toBe('{"a":1.50,"b":["ü",null]}');
});

test("an array becomes a Postgres array: strings quoted, null bare, nesting kept", () => {
  expect(one([])).toBe("{}");
  expect(one(["NULL", null, "", 'a"b\\c', "x,y{}", "line\nbreak"])).toBe(
    '{"NULL",NULL,"","a\\"b\\\\c","x,y{}","line\nbreak"}',
  );
  expect(one([[new NumberText("1")], [null]])).toBe("{{1},{NULL}}");
  expect(one([{ a: "x" }])).toBe('{"{\\"a\\":\\"x\\"}"}');
});

test("what no Postgres text can hold is refused", () => {
  expect(() => one("a\0")).toThrow(SqlError);
  expect(() => one(["a\0"])).toThrow(SqlError);
  // JSON escapes it; Postgres's jsonb then refuses it by itself.
  expect(one({ a: "\0" })).toBe('{"a":"\\u0000"}');
  expect(() => one("\ud800")).toThrow(BadRequestError);
  expect(one("\ud83d\ude80")).toBe("🚀");
});

test("nesting and counting have ends", () => {
  let deep: unknown = "x";
  for (let i = 0; i < 50; i += 1) deep = [deep];
  expect(() => one(deep)).toThrow("nested too deeply");
  expect(() => paramsToText(Array(65_536).fill("x"))).toThrow("at most 65535 parameters");
});

import { expect, test } from "vitest";
import { jsonValue } from "./json-value.ts";

const textArray = 1009;
const parse = (text: string, type: number) => JSON.parse(jsonValue(text, type));

test.each([
  ["t", 16, true],
  ["f", 16, false],
  ["-7", 23, -7],
  ["9223372036854775807", 20, "9223372036854775807"],
  ["1e+300", 701, 1e300],
  ["NaN", 701, "NaN"],
  ["-Infinity", 700, "-Infinity"],
  ["1.50", 1700, "1.50"],
  ['{"a": 1}', 3802, { a: 1 }],
  ['with "quotes"', 25, 'with "quotes"'],
  ["{1,2}", 99_999, "{1,2}"],
])("%s of type %i", (text, type, value) => {
  expect(parse(text, type)).toStrictEqual(value);
});

test.each([
  ["{}", []],
  ["{a,NULL,b}", ["a", null, "b"]],
  ['{"NULL","",null}', ["NULL", "", "null"]],
  ['{"a\\"b","c\\\\d","{e,f}"}', ['a"b', "c\\d", "{e,f}"]],
  [
    "{{a,b},{c,d}}",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  ["[0:1]={a,b}", ["a", "b"]],
])("the array %s", (text, value) => {
  expect(parse(text, textArray)).toStrictEqual(value);
});

test("elements have the JSON of their own type, and boxes are parted by semicolons", () => {
  expect(parse("{t,f,NULL}", 1000)).toStrictEqual([true, false, null]);
  expect(parse('{"{\\"a\\": [1]}"}', 3807)).toStrictEqual([{ a: [1] }]);
  expect(parse("{(1,1),(0,0);(3,3),(2,2)}", 1020)).toStrictEqual(["(1,1),(0,0)", "(3,3),(2,2)"]);
});

test("an array that breaks off still ends the reading", () => {
  for (const text of ["{", "{a", '{"a', "{a,", "{{a"])
    expect(() => parse(text, textArray)).not.toThrow();
});

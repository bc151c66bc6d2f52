import { expect, test } from "vitest";
import { parseCommandTag } from "./statement.ts";

test.each([
  ["SELECT 5", "SELECT", 5],
  ["INSERT 0 3", "INSERT", 3],
  ["UPDATE 0", "UPDATE", 0],
  ["CREATE TABLE", "CREATE", null],
  ["START TRANSACTION", "START", null],
  ["BEGIN", "BEGIN", null],
  ["", "", null],
])("the command tag %j", (tag, command, rowCount) => {
  expect(parseCommandTag(tag)).toStrictEqual({ command, rowCount });
});

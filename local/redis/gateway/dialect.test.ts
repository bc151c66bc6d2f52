import { expect, test } from "vitest";
import { redisCommand } from "./command.ts";
import { gapsOfEmbedded, gapsOfRedis, translateFor } from "./dialect.ts";

test.each([
  ["6.0.16", ["shebang", "bitop-sets"]],
  ["7.0.15", ["bitop-sets"]],
  ["8.0.3", ["bitop-sets"]],
  ["8.2.0", []],
  ["9.1.0", []],
])("Redis %s has the gaps %j", (version, gaps) => {
  expect([...gapsOfRedis(version)]).toEqual(gaps);
});

test.each([
  ["ECHO x", "PING x"],
  ["XADD s MAXLEN = 5 * a 1", "XADD s MAXLEN 5 * a 1"],
  ["XADD s NOMKSTREAM MINID = 5-1 * a 1", "XADD s NOMKSTREAM MINID 5-1 * a 1"],
  ["XTRIM s maxlen ~ 5", "XTRIM s maxlen 5"],
  ["XTRIM s MAXLEN ~ 5 LIMIT 10", "XTRIM s MAXLEN ~ 5 LIMIT 10"],
  ["XADD s * MAXLEN =", "XADD s * MAXLEN ="],
  ["XADD MAXLEN ~ MAXLEN", "XADD MAXLEN ~ MAXLEN"],
  ["CLIENT SETINFO LIB-NAME x", "PING OK"],
  ["CLIENT SETINFO COLOUR x", "CLIENT SETINFO COLOUR x"],
  ["GET k", "GET k"],
])("the embedded engine hears %j as %j", (said, heard) => {
  const { name, args } = translateFor(gapsOfEmbedded)(redisCommand(said.split(" "))).command;
  expect([name, ...args].join(" ")).toBe(heard);
});

test("an engine without gaps hears what was said", () => {
  const translate = translateFor(gapsOfRedis("8.2.0"));
  for (const said of ["ECHO x", "XADD s MAXLEN = 5 * a 1", "BITOP DIFF d a b", "HEXPIRETIME h"]) {
    const command = redisCommand(said.split(" "));
    expect(translate(command).command).toEqual(command);
  }
});

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { redisCommand } from "./command.ts";
import { translateScripts } from "./scripts.ts";

const sha1 = (script: string) => createHash("sha1").update(script).digest("hex");
const upstashScript = (index: number) => `#!lua flags=allow-key-locking\nreturn ${index}`;

describe("scripts on their way to Redis", () => {
  test("only the shebang that Redis refuses is made a comment, of the same length", () => {
    const translate = translateScripts(true);
    const sent = translate(redisCommand(["eval", upstashScript(1), "0"]))?.command;
    expect(sent).toEqual({
      name: "EVAL",
      args: ["--lua flags=allow-key-locking\nreturn 1", "0"],
    });
    for (const script of ["return 1", "#!lua flags=no-writes\nreturn 1", "-- #!lua\nreturn 1"]) {
      expect(translate(redisCommand(["EVAL", script, "0"]))).toBeUndefined();
    }
  });

  test("an engine that knows no shebangs gets none", () => {
    const translate = translateScripts(false);
    const sent = translate(redisCommand(["EVAL", "#!lua flags=no-writes\nreturn 1", "0"]));
    expect(sent?.command.args[0]).toBe("--lua flags=no-writes\nreturn 1");
  });

  test("of ten thousand and one scripts the one longest unused is forgotten", () => {
    const translate = translateScripts(true);
    for (let i = 0; i <= 10_000; i++) {
      translate(redisCommand(["EVAL", upstashScript(i), "0"]));
      if (i === 5_000) translate(redisCommand(["EVAL", upstashScript(0), "0"]));
    }
    const sent = (index: number) =>
      translate(redisCommand(["EVALSHA", sha1(upstashScript(index)), "0"]))?.command.args[0];
    expect(sent(0)).toBe(sha1(upstashScript(0).replace("#!", "--")));
    expect(sent(1)).toBe(sha1(upstashScript(1)));
    expect(sent(2)).toBe(sha1(upstashScript(2).replace("#!", "--")));
  });
});

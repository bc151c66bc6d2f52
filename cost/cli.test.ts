import { describe, expect, test } from "vitest";
import { runScript } from "../test/command.ts";

/** `npm run cost -- …` */
const run = (...args: string[]) => runScript("cost/cli.ts", args);
const analytics = ["--scenario", "analytics-evening", "--users", "1000"];

describe("the bill on the command line", () => {
  test("is of what is kept for as long as it is said to be", async () => {
    const stored = async (...args: string[]) => {
      const { out } = await run(...analytics, ...args);
      return Number(/Postgres storage +([\d.,]+) GB/.exec(out)?.[1]);
    };
    const [one, two] = [await stored("--kept-months", "1"), await stored("--kept-months", "2")];
    expect(one).toBeGreaterThan(0.1);
    expect(two - 0.1).toBeCloseTo(2 * (one - 0.1), 1);
    expect((await stored("--kept-months", "1", "--postgres-gb", "7")) - one).toBeCloseTo(6.9, 1);
  });

  test.each([
    ["a scenario that is none", ["--scenario", "lunch", "--users", "10"]],
    ["people that are no number", ["--scenario", "watch-evening", "--users", "many"]],
    ["months that are none", [...analytics, "--kept-months", "-1"]],
    ["more months than anybody reckons", [...analytics, "--kept-months", "121"]],
    ["data that are no number", [...analytics, "--redis-gb", "some"]],
    ["an option that there is not", [...analytics, "--discount", "5"]],
  ])("says how it is called instead of a bill of %s", async (_what, args) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^Usage: npm run cost -- --scenario NAME/);
  });
});

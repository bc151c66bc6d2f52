import { parseArgs } from "node:util";
import { z } from "zod";
import { type MeasuredModule, measuredModuleSchema, measuredModules } from "../../cost/measured.ts";

const count = z.coerce.number().int().positive();
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((said) => (typeof said === "string" ? said.split(",") : said), z.array(item).min(1));

/** More people than one process can play beside the servers would measure that process. */
const users_max = 5_000;
const argsSchema = z.object({
  users: listOf(count.max(users_max)).default([100, 500, 1_000]),
  modules: listOf(measuredModuleSchema).default([...measuredModules]),
  seconds: count.max(3_600).default(60),
  warm: z.coerce.number().int().nonnegative().max(600).default(10),
  rounds: count.max(10).default(1),
  folder: z.string().min(1).optional(),
});
export type LoadPlan = z.infer<typeof argsSchema>;

export const usage =
  "npm run -s bench -- all [--users 100,500,1000] [--modules watch,match,analytics] [--seconds 60] [--warm 10] [--rounds 1] [--folder bench/results]";

/** @throws Error with how to call it */
export function planOf(args: readonly string[]): LoadPlan {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        users: text,
        modules: text,
        seconds: text,
        warm: text,
        rounds: text,
        folder: text,
      },
    });
    return argsSchema.parse(values);
  } catch (error) {
    throw new Error(`This is called as: ${usage}`, { cause: error });
  }
}

/** One side to be measured once. */
export interface Visit {
  readonly module: MeasuredModule;
  readonly users: number;
  readonly side: "edge" | "container";
  /** Which time this is, from 1. */
  readonly round: number;
}

/**
 * All that a plan measures, in order. Sides take turns, and so does which of them goes first, so
 * that what changes on the machine meanwhile falls on both alike.
 */
export function visitsOf({ modules, users, rounds }: LoadPlan): readonly Visit[] {
  const pairs = modules.flatMap((module) =>
    users.flatMap((people) =>
      Array.from(
        { length: rounds },
        (_, index) => ({ module, users: people, round: index + 1 }) as const,
      ),
    ),
  );
  return pairs.flatMap((pair, index) => {
    const sides = ["edge", "container"] as const;
    const order = index % 2 === 0 ? sides : sides.toReversed();
    return order.map((side) => ({ ...pair, side }));
  });
}

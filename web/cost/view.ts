import { z } from "zod";
import { type BilledUnit, billedUnitNames } from "../../cost/billed.ts";
import { type MeasuredModule, measuredModules } from "../../cost/measured.ts";
import { kept_months_max, type StoredData, usualData } from "../../cost/month.ts";
import { prices } from "../../cost/prices.ts";
import { dayShapes, users_max, users_min } from "../../cost/scenario.ts";

export const moduleChoices = [...measuredModules, "all"] as const;
export type ModuleChoice = (typeof moduleChoices)[number];
export type DayName = keyof typeof dayShapes;

/** What a Railway dashboard says of a month. */
export interface OwnBill {
  readonly memory_gb: number;
  readonly cpu: number;
  readonly egress_gb: number;
  readonly volume_gb: number;
}

/** All that a reader may choose. It stands in the page's address, so that it can be passed on. */
export interface View extends StoredData {
  readonly modules: ModuleChoice;
  readonly day: DayName;
  readonly users: number;
  readonly plan: "hobby" | "pro";
  readonly neon: "launch" | "scale";
  readonly rounding: "exact" | "rounded";
  /** Prices and units of the reader's own, by `priceKey` and `unitKey`. */
  readonly changed: Readonly<Record<string, number>>;
  readonly own: OwnBill | null;
}

export const usualView: View = {
  modules: "watch",
  day: "evening",
  users: 1_000,
  plan: "hobby",
  neon: "launch",
  rounding: "exact",
  ...usualData,
  changed: {},
  own: null,
};

/** No price, size or amount of anybody's is larger. */
export const amount_max = 1_000_000_000;

export const priceKey = (id: string) => `price.${id}`;
/** Of what one person takes in an hour. */
export const unitKey = (module: MeasuredModule, unit: BilledUnit) => `unit.${module}.${unit}`;
/** Of what an hour takes as long as anybody is there. */
export const fixedKey = (module: MeasuredModule, unit: BilledUnit) => `fixed.${module}.${unit}`;

const changeable: ReadonlySet<string> = new Set([
  ...prices.map(({ id }) => priceKey(id)),
  ...measuredModules.flatMap((module) =>
    billedUnitNames.flatMap((unit) => [unitKey(module, unit), fixedKey(module, unit)]),
  ),
]);
const days = Object.keys(dayShapes) as [DayName, ...DayName[]];

/** A number in an address; an empty text is none, though `Number` takes it for zero. */
const amount = z.string().regex(/^\d/).transform(Number).pipe(z.number().min(0).max(amount_max));
const users = amount.pipe(z.number().int().min(users_min).max(users_max));
const zero = amount.catch(0);

const querySchema = z.object({
  modules: z.enum(moduleChoices).catch(usualView.modules),
  day: z.enum(days).catch(usualView.day),
  people: users.catch(usualView.users),
  plan: z.enum(["hobby", "pro"]).catch(usualView.plan),
  neon: z.enum(["launch", "scale"]).catch(usualView.neon),
  billing: z.enum(["exact", "rounded"]).catch(usualView.rounding),
  redis: amount.catch(usualView.redis_gb),
  postgres: amount.catch(usualView.postgres_gb),
  kept: amount.pipe(z.number().max(kept_months_max)).catch(usualView.kept_months),
});

const ownSchema = z.object({
  "own.memory": zero,
  "own.cpu": zero,
  "own.egress": zero,
  "own.volume": zero,
});

/** Reads a view from a page's query. What is missing or wrong is as usual: no link ever breaks. */
export function viewOf(search: string): View {
  const asked = Object.fromEntries(new URLSearchParams(search));
  const { people, billing, redis, postgres, kept, ...rest } = querySchema.parse(asked);
  return {
    ...rest,
    users: people,
    rounding: billing,
    redis_gb: redis,
    postgres_gb: postgres,
    kept_months: kept,
    changed: changedIn(asked),
    own: ownIn(asked),
  };
}

function changedIn(asked: Readonly<Record<string, string>>): View["changed"] {
  const found = Object.entries(asked).flatMap(([key, text]) => {
    const parsed = amount.safeParse(text);
    return changeable.has(key) && parsed.success ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(found);
}

function ownIn(asked: Readonly<Record<string, string>>): OwnBill | null {
  if (!Object.keys(ownSchema.shape).some((key) => key in asked)) return null;
  const own = ownSchema.parse(asked);
  return {
    memory_gb: own["own.memory"],
    cpu: own["own.cpu"],
    egress_gb: own["own.egress"],
    volume_gb: own["own.volume"],
  };
}

/** The query that `viewOf` reads back, with nothing in it that is as usual: "" or `?people=20`. */
export function queryOf(view: View): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | number, usual: string | number) => {
    if (value !== usual) query.set(name, String(value));
  };
  put("modules", view.modules, usualView.modules);
  put("day", view.day, usualView.day);
  put("people", view.users, usualView.users);
  put("plan", view.plan, usualView.plan);
  put("neon", view.neon, usualView.neon);
  put("billing", view.rounding, usualView.rounding);
  put("redis", view.redis_gb, usualView.redis_gb);
  put("postgres", view.postgres_gb, usualView.postgres_gb);
  put("kept", view.kept_months, usualView.kept_months);
  for (const [key, value] of Object.entries(view.changed)) query.set(key, String(value));
  if (view.own !== null) {
    query.set("own.memory", String(view.own.memory_gb));
    query.set("own.cpu", String(view.own.cpu));
    query.set("own.egress", String(view.own.egress_gb));
    query.set("own.volume", String(view.own.volume_gb));
  }
  return query.size === 0 ? "" : `?${query}`;
}

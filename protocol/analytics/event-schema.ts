import { z } from "zod";
import { labelSchema } from "./event.ts";

const bounds = { min: z.number().optional(), max: z.number().optional() };
const required = { required: z.boolean().default(false) };

/** What one field of an event's `props` must be. */
export const fieldRuleSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("string"),
    ...required,
    oneOf: z.array(labelSchema).max(50).optional(),
  }),
  z.object({ type: z.literal("number"), ...required, ...bounds }),
  z.object({ type: z.literal("integer"), ...required, ...bounds }),
  z.object({ type: z.literal("boolean"), ...required }),
]);
export type FieldRule = z.output<typeof fieldRuleSchema>;

const fields_max = 40;

/** What `props` of custom events of one name must be. */
export const eventRuleSchema = z
  .object({
    name: labelSchema,
    /** What happens to an event that does not fit: it is kept with a remark, or dropped. */
    policy: z.enum(["warn", "drop"]),
    /** Whether there may be fields that are not named here. */
    open: z.boolean().default(true),
    fields: z
      .record(labelSchema, fieldRuleSchema)
      .refine((fields) => Object.keys(fields).length <= fields_max, `at most ${fields_max} fields`),
  })
  .meta({ id: "AnalyticsEventRule" });
export type EventRule = z.output<typeof eventRuleSchema>;

export const eventRules_max = 100;

/** Body and answer of `/v1/analytics/games/{id}/schemas`: all rules of a game. */
export const eventRulesSchema = z
  .object({ rules: z.array(eventRuleSchema).max(eventRules_max) })
  .refine(
    ({ rules }) => new Set(rules.map(({ name }) => name)).size === rules.length,
    "each name once",
  )
  .meta({ id: "AnalyticsEventRules" });

/**
 * What is wrong with an event's props under a rule, one sentence for each field; empty for nothing.
 */
export function complaintsOf(
  rule: EventRule,
  props: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  const complaints = Object.entries(rule.fields).flatMap(([field, fieldRule]) => {
    if (!Object.hasOwn(props, field) || props[field] === null)
      return fieldRule.required ? [`${field} is missing`] : [];
    const complaint = complaintOf(fieldRule, props[field]);
    return complaint === undefined ? [] : [`${field} ${complaint}`];
  });
  if (rule.open) return complaints;
  const unknown = Object.keys(props).filter((field) => !Object.hasOwn(rule.fields, field));
  return [...complaints, ...unknown.slice(0, 10).map((field) => `${field} is not expected`)];
}

function complaintOf(rule: FieldRule, value: unknown): string | undefined {
  if (rule.type === "boolean") return typeof value === "boolean" ? undefined : "must be a boolean";
  if (rule.type === "string") {
    if (typeof value !== "string") return "must be a string";
    const fits = rule.oneOf === undefined || rule.oneOf.includes(value);
    return fits ? undefined : "must be one of the values named";
  }
  if (typeof value !== "number")
    return `must be ${rule.type === "integer" ? "an integer" : "a number"}`;
  if (rule.type === "integer" && !Number.isInteger(value)) return "must be an integer";
  if (rule.min !== undefined && value < rule.min) return `must be at least ${rule.min}`;
  return rule.max !== undefined && value > rule.max ? `must be at most ${rule.max}` : undefined;
}

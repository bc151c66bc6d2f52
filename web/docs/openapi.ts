import { z } from "zod";

/** The part of OpenAPI 3.1 that our own document uses and this page shows. */
const schemaSchema = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaSchema).optional();
  },
  get items() {
    return schemaSchema.optional();
  },
});
export type Schema = z.infer<typeof schemaSchema>;

const contentSchema = z.record(z.string(), z.object({ schema: schemaSchema.optional() }));

const operationSchema = z.object({
  tags: z.array(z.string()).default([]),
  summary: z.string().default(""),
  description: z.string().optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        schema: schemaSchema.default({}),
      }),
    )
    .default([]),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), content: contentSchema.optional() }),
  ),
});

export const documentSchema = z.object({
  info: z.object({ description: z.string().default("") }),
  components: z.object({ schemas: z.record(z.string(), schemaSchema).default({}) }),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});
export type ApiDocument = z.infer<typeof documentSchema>;

export interface Operation extends z.infer<typeof operationSchema> {
  readonly method: string;
  readonly path: string;
}

/** One line about one value in a body: `room.media.id`. */
export interface FieldRow {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly notes: string;
}

/** A schema may refer to itself; nothing of ours is deeper than this. */
const depth_max = 4;

/** All operations, by their first tag, in the order of the document. */
export function operationsByTag(document: ApiDocument): ReadonlyMap<string, readonly Operation[]> {
  const byTag = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), { ...operation, method, path }]);
    }
  return byTag;
}

/** Every value in a JSON body, one line each, in depth. */
export function fieldsOf(
  document: ApiDocument,
  schema: Schema,
  prefix = "",
  depth = 0,
): readonly FieldRow[] {
  const { properties = {}, required = [] } = resolve(document, schema);
  return Object.entries(properties).flatMap(([name, written]) => {
    const value = resolve(document, written);
    const list = value.items === undefined ? undefined : resolve(document, value.items);
    const path = `${prefix}${name}${list === undefined ? "" : "[]"}`;
    const row: FieldRow = {
      path,
      type: typeOf(list ?? value),
      required: required.includes(name),
      notes: notesOf(list ?? value),
    };
    if (depth >= depth_max) return [row];
    return [row, ...fieldsOf(document, list ?? value, `${path}.`, depth + 1)];
  });
}

function resolve(document: ApiDocument, schema: Schema): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

function typeOf({ type, format, enum: values }: Schema): string {
  if (values !== undefined && values.length <= 4) return values.join(" | ");
  const name = Array.isArray(type) ? type.join(" | ") : (type ?? "any");
  return format === undefined ? name : `${name} (${format})`;
}

/** A parameter's or a field's limits, in words. */
export function notesOf(schema: Schema): string {
  const { minLength, maxLength, minimum, maximum, description } = schema;
  const notes = [
    description,
    rangeText(minLength, maxLength, " characters"),
    rangeText(minimum, maximum, ""),
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
    (schema.enum?.length ?? 0) > 4 ? `one of ${schema.enum?.join(", ")}` : undefined,
  ];
  return notes.filter((note) => note !== undefined).join("; ");
}

function rangeText(from: number | undefined, to: number | undefined, unit: string) {
  if (from === undefined && to === undefined) return undefined;
  if (to === undefined) return `at least ${from}${unit}`;
  return from === undefined ? `at most ${to}${unit}` : `${from} to ${to}${unit}`;
}

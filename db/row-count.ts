import { z } from "zod";

const resultSchema = z.object({ rowCount: z.number().nullish() });

/** How many rows a statement of a batch touched, where the batch's type does not say what it answers. */
export function rowCountOf(result: unknown): number {
  return resultSchema.parse(result).rowCount ?? 0;
}

import { z } from "zod";

/** A setting that is a list, separated by commas; what is empty is left out. */
export const commaListSchema = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

import { z } from "zod";

const secret_length_min = 32;
const keys_max = 2;

/**
 * Keys that sign tokens, as one setting holds them: `<key id>:<secret>`, comma separated, the first
 * signs, all verify. To rotate: put the new key first, deploy, and take the old one away a day later.
 */
export const tokenKeysSchema = z.string({ error: "is missing" }).transform((text, context) => {
  const pairs = text
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  if (pairs.length < 1 || pairs.length > keys_max)
    context.addIssue({ code: "custom", message: "one or two keys are needed" });
  return pairs.map((pair) => {
    const [id = "", secret = "", ...rest] = pair.split(":");
    if (id === "" || rest.length > 0 || secret.length < secret_length_min)
      context.addIssue({
        code: "custom",
        message: `each key must read <key id>:<secret of at least ${secret_length_min} characters>`,
      });
    return { id, secret };
  });
});

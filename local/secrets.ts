import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const secretsSchema = z.object({
  /** Bearer token of the local Redis gateway. */
  redisToken: z.string().min(16),
  /** As the Worker's `ROOM_TOKEN_KEYS`. */
  roomTokenKeys: z.string().min(32),
});
export type LocalSecrets = z.infer<typeof secretsSchema>;

/**
 * Secrets of the local stack, made once and kept, so that a seat taken yesterday is good today.
 * They protect nothing but this machine's own gateways and are worthless elsewhere.
 * @param folder the stack's data folder, usually `.local`
 */
export async function localSecrets(folder: string): Promise<LocalSecrets> {
  const path = join(folder, "secrets.json");
  const kept = await readFile(path, "utf8").catch(() => undefined);
  if (kept !== undefined) {
    const parsed = secretsSchema.safeParse(jsonOf(kept));
    if (parsed.success) return parsed.data;
  }
  const secrets = {
    redisToken: randomBytes(18).toString("base64url"),
    roomTokenKeys: `local:${randomBytes(32).toString("base64url")}`,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

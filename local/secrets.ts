import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const secretsSchema = z.object({
  /** Bearer token of the local Redis gateway. */
  redisToken: z.string().min(16),
  /** As the Worker's `ROOM_TOKEN_KEYS`. */
  roomTokenKeys: z.string().min(32),
  /** As the Worker's `AUTH_SECRET`. */
  authSecret: z.string().min(32),
  /** As the Worker's `OPS_TOKEN` and `METRICS_TOKEN`. */
  opsToken: z.string().min(16),
  metricsToken: z.string().min(16),
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
  const token = (bytes: number) => randomBytes(bytes).toString("base64url");
  const secrets = {
    redisToken: token(18),
    roomTokenKeys: `local:${token(32)}`,
    authSecret: token(32),
    opsToken: token(18),
    metricsToken: token(18),
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

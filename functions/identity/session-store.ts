import type { SecondaryStorage } from "better-auth";
import { z } from "zod";
import type { Db } from "../../db/client.ts";
import { findSession, listSessions } from "../../db/queries/identity.ts";
import type { RevocableCache } from "../../platform/identity/revocable-cache.ts";

/** What is kept of a session beside its secret: the row and its user's, as the library writes them. */
const storedSessionSchema = z.object({
  session: z.looseObject({
    id: z.string(),
    token: z.string(),
    userId: z.string(),
    createdAt: z.coerce.date(),
    expiresAt: z.coerce.date(),
  }),
  user: z.looseObject({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    isAnonymous: z.boolean().nullish(),
    operator: z.boolean(),
    createdAt: z.coerce.date(),
  }),
});
export type StoredSession = z.infer<typeof storedSessionSchema>;

export interface SessionStoreOptions {
  readonly db: Db;
  readonly cache: RevocableCache;
  readonly now_ms: () => number;
  /** Runs what nobody waits for; it never rejects. */
  readonly inBackground: (task: Promise<void>) => void;
}

const listPrefix = "active-sessions-";
const verificationPrefix = "verification:";

/**
 * Sessions: Redis first, Postgres as the truth. It is also the library's secondary storage, which the
 * library would take for the only place of three kinds of things:
 *
 * - a session by its token: read through the cache, so a lost or silent Redis costs a query only;
 * - the list of a person's sessions: asked of Postgres, for a list that only Redis has could be lost,
 *   and with it the way to end a session;
 * - single-use tokens: Postgres's alone (`verification.storeInDatabase`).
 */
export function createSessionStore({ db, cache, now_ms, inBackground }: SessionStoreOptions) {
  /** The session with this secret, or undefined if there is none any more. */
  async function read(token: string): Promise<StoredSession | undefined> {
    const cached = await cache.get(token);
    if (cached.type === "revoked") return undefined;
    if (cached.type === "hit") {
      const stored = storedSessionSchema.safeParse(cached.value);
      if (stored.success) return alive(stored.data);
    }
    const found = await findSession(db, token);
    if (found === undefined) return undefined;
    inBackground(cache.put(token, found, secondsUntil(found.session.expiresAt)));
    return found;
  }

  const alive = (stored: StoredSession) =>
    stored.session.expiresAt.getTime() > now_ms() ? stored : undefined;
  const secondsUntil = (at: Date) => (at.getTime() - now_ms()) / 1000;

  async function get(key: string): Promise<string | null> {
    if (key.startsWith(verificationPrefix)) return null;
    if (key.startsWith(listPrefix)) {
      const sessions = await listSessions(db, key.slice(listPrefix.length));
      const list = sessions.map(({ token, expiresAt }) => ({
        token,
        expiresAt: expiresAt.getTime(),
      }));
      return JSON.stringify(list);
    }
    const stored = await read(key);
    return stored === undefined ? null : JSON.stringify(stored);
  }

  async function set(key: string, value: string, life_s?: number): Promise<void> {
    if (isDerived(key)) return;
    const stored = storedSessionSchema.safeParse(JSON.parse(value));
    if (stored.success) await cache.put(key, stored.data, life_s);
  }

  /** Best effort: who must be sure that a session is over revokes it before (`revokeSessions`). */
  async function remove(key: string): Promise<void> {
    if (!isDerived(key)) await cache.revoke([key]);
  }

  const library: SecondaryStorage = {
    get,
    set,
    delete: remove,
    getAndDelete: async (key) => {
      const value = await get(key);
      await remove(key);
      return value;
    },
    increment: () => Promise.reject(new Error("the library's rate limits are off")),
  };
  return { read, library };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

function isDerived(key: string): boolean {
  return key.startsWith(listPrefix) || key.startsWith(verificationPrefix);
}

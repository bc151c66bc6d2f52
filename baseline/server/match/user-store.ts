import { randomBytes, randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { z } from "zod";
import type { Card } from "../../../protocol/match/profile-card.ts";
import type { MatchRegion } from "../../../protocol/match/rest-lobby.ts";
import {
  ageRangeSchema,
  type Profile,
  type putProfileSchema,
} from "../../../protocol/match/rest-profile.ts";
import { LRUCache } from "../core/lru-cache.ts";

/** The documents' sizes. */
const users_max = 200;
const sessions_max = 300;
const sessionLife_ms = 30 * 24 * 60 * 60_000;

interface Session {
  readonly userId: string;
  readonly expires_ms: number;
}

interface UserRow {
  id: string;
  name: string;
  age_range: string;
  languages: string[];
  interests: string[];
  gender: string | null;
  bio: string;
  links: string[];
  selfie_url: string | null;
  created_at: Date;
  updated_at: Date;
}

/** Profiles and sessions: PostgreSQL is the source of truth, in front of it stand the LRU caches. */
export class UserStore {
  readonly #users = new LRUCache<Profile>(users_max);
  readonly #sessions = new LRUCache<Session>(sessions_max);
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** A new person who has nothing but a session. */
  async createSession(): Promise<{ readonly userId: string; readonly session: string }> {
    const userId = randomUUID();
    const session = randomBytes(24).toString("base64url");
    const expires_ms = Date.now() + sessionLife_ms;
    await this.#pool.query(
      "insert into baseline_session (token, user_id, expires_at) values ($1, $2, $3)",
      [session, userId, new Date(expires_ms)],
    );
    this.#sessions.set(session, { userId, expires_ms });
    return { userId, session };
  }

  /** Whose session this is, unless it is over. */
  async userOf(token: string): Promise<string | undefined> {
    const session = this.#sessions.get(token) ?? (await this.#fetchSession(token));
    return session !== undefined && session.expires_ms > Date.now() ? session.userId : undefined;
  }

  async #fetchSession(token: string): Promise<Session | undefined> {
    const { rows } = await this.#pool.query<{ user_id: string; expires_at: Date }>(
      "select user_id, expires_at from baseline_session where token = $1",
      [token],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const session = { userId: row.user_id, expires_ms: row.expires_at.getTime() };
    this.#sessions.set(token, session);
    return session;
  }

  async getUser(id: string): Promise<Profile | undefined> {
    const cached = this.#users.get(id);
    if (cached !== undefined) return cached;
    const { rows } = await this.#pool.query<UserRow>("select * from baseline_user where id = $1", [
      id,
    ]);
    return this.#remember(rows[0]);
  }

  async putUser(id: string, said: z.output<typeof putProfileSchema>): Promise<Profile> {
    const { name, ageRange, languages, interests, gender, bio, links } = said;
    const { rows } = await this.#pool.query<UserRow>(
      `insert into baseline_user (id, name, age_range, languages, interests, gender, bio, links)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do update set name = excluded.name, age_range = excluded.age_range,
         languages = excluded.languages, interests = excluded.interests, gender = excluded.gender,
         bio = excluded.bio, links = excluded.links, updated_at = now()
       returning *`,
      [
        id,
        name,
        ageRange,
        JSON.stringify(languages),
        JSON.stringify(interests),
        gender,
        bio,
        JSON.stringify(links),
      ],
    );
    const profile = this.#remember(rows[0]);
    if (profile === undefined) throw new Error("an upsert returned no row");
    return profile;
  }

  /** Forgets expired sessions, here and in the database; when aggressive half of the caches, too. */
  async cleanUp(aggressive: boolean): Promise<void> {
    this.#sessions.sweep(({ expires_ms }) => expires_ms <= Date.now());
    if (aggressive) {
      this.#users.halve();
      this.#sessions.halve();
    }
    await this.#pool.query("delete from baseline_session where expires_at <= now()");
  }

  stats() {
    return { users: this.#users.stats(), sessions: this.#sessions.stats() };
  }

  #remember(row: UserRow | undefined): Profile | undefined {
    if (row === undefined) return undefined;
    const profile: Profile = {
      userId: row.id,
      name: row.name,
      ageRange: ageRangeSchema.parse(row.age_range),
      languages: row.languages,
      interests: row.interests,
      gender: row.gender,
      bio: row.bio,
      links: row.links,
      picturePath: row.selfie_url,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    };
    this.#users.set(row.id, profile);
    return profile;
  }
}

/** The lightweight user object: what others see, without bio, links and times. */
export function lightOf(profile: Profile, region: MatchRegion): Card {
  const { userId, name, ageRange, languages, interests, gender, picturePath } = profile;
  return { id: userId, name, ageRange, languages, interests, gender, picturePath, region };
}

import type { Context } from "hono";
import {
  findMatchProfile,
  type ProfileFields,
  type ProfileWithPicture,
  patchMatchProfile,
  putMatchProfile,
} from "../../db/queries/match-profile.ts";
import {
  type LightProfile,
  lightProfileSchema,
  type Profile,
  profileSchema,
} from "../../protocol/match/rest-profile.ts";
import type { AppEnv } from "../app.ts";
import { cacheOf } from "../cache.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";

/** Where a picture is served, or null for none. */
export function picturePath(key: string | null): string | null {
  return key === null ? null : `/v1/match/pictures/${key}`;
}

/** What all copies of somebody's profile are kept under. */
export function profileTag(userId: string): string {
  return `match:${userId}`;
}

/**
 * Somebody's profile, through the `user` cache: as it is, or as it was before a change that Redis
 * has not confirmed, at most 35 minutes ago.
 * @throws ProblemError `not_found`, `unavailable`
 */
export async function readProfile(c: Context<AppEnv>, userId: string): Promise<Profile> {
  const load = async () => {
    const row = await queried(() => findMatchProfile(c.var.services.db, userId));
    return row && profileOf(row);
  };
  const tags = [profileTag(userId)];
  const options = { schema: profileSchema, tags };
  const profile = await cacheOf(c).read("user", profileTag(userId), load, options);
  if (profile === undefined) throw new ProblemError("not_found");
  return profile;
}

/** The part of a profile that others see. */
export function lightOf(profile: Profile): LightProfile {
  return lightProfileSchema.parse(profile);
}

/** Keeps a profile and makes all copies of it misses. @returns it as it is kept now */
export async function writeProfile(
  c: Context<AppEnv>,
  userId: string,
  fields: ProfileFields,
): Promise<Profile> {
  await queried(() => putMatchProfile(c.var.services.db, userId, fields));
  return await changedProfile(c, userId);
}

/** Changes some of it. @throws ProblemError `profile_required` when there is none */
export async function changeProfile(
  c: Context<AppEnv>,
  userId: string,
  fields: Partial<ProfileFields>,
): Promise<Profile> {
  const found = await queried(() => patchMatchProfile(c.var.services.db, userId, fields));
  if (!found) throw new ProblemError("profile_required");
  return await changedProfile(c, userId);
}

/** Makes copies of a profile misses, after a change of it that is committed. */
export async function forgetCopies(c: Context<AppEnv>, userId: string): Promise<void> {
  await cacheOf(c).invalidate([profileTag(userId)]);
}

/** Reads past the cache: right after a change, a copy that Redis did not confirm gone would be old. */
async function changedProfile(c: Context<AppEnv>, userId: string): Promise<Profile> {
  await forgetCopies(c, userId);
  const row = await queried(() => findMatchProfile(c.var.services.db, userId));
  if (row === undefined) throw new ProblemError("not_found");
  return profileOf(row);
}

export function profileOf({ profile, pictureKey }: ProfileWithPicture): Profile {
  const { createdAt, updatedAt, links, ...fields } = profile;
  return profileSchema.parse({
    ...fields,
    links: [...links],
    picturePath: picturePath(pictureKey),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

import type { Context } from "hono";
import { sqlState } from "../../../db/client.ts";
import {
  forgetMatchPictures,
  hideMatchPicture,
  insertMatchPicture,
  showMatchPicture,
} from "../../../db/queries/match-picture.ts";
import type { MatchPicture } from "../../../protocol/match/rest-profile.ts";
import type { AppEnv } from "../../app.ts";
import { queried } from "../../database.ts";
import { ProblemError } from "../../problem.ts";
import { randomId } from "../../random-id.ts";
import { afterAnswer } from "../after.ts";
import { forgetCopies, picturePath } from "../profile.ts";
import { objectName, pictureBucket } from "./bucket.ts";
import { type Picture, type PictureFault, pictureLimits, readPicture } from "./read.ts";

const uniqueViolation = "23505";
/** Two uploads of one person at once: the second waits for the first, fails, and then finds it done. */
const tries_max = 3;
/** 144 random bits: whoever does not know the address does not find the picture. */
const key_length = 24;

const { side_px_max, bytes_max } = pictureLimits;
const details: Readonly<Record<PictureFault, string>> = {
  unknown_type: "it must be a JPEG, PNG or WebP",
  malformed: "it is not a whole still picture that browsers can show",
  too_large_side: `neither side may be longer than ${side_px_max} px`,
  too_many_bytes: `without metadata it may have at most ${bytes_max} bytes`,
};

/**
 * Keeps a picture as its person's, without metadata, and deletes the one before it.
 * @param bytes as they came
 * @throws ProblemError `picture_invalid`, `unavailable`
 */
export async function keepPicture(
  c: Context<AppEnv>,
  userId: string,
  bytes: Uint8Array,
): Promise<MatchPicture> {
  const picture = readPicture(bytes);
  if (typeof picture === "string")
    throw new ProblemError("picture_invalid", { detail: details[picture] });
  const { db } = c.var.services;
  const key = randomId(key_length);
  const size_bytes = picture.bytes.length;
  await queried(() => insertMatchPicture(db, { key, userId, type: picture.type, size_bytes }));
  await store(c, key, picture);
  const replaced = await queried(() => show(c, userId, key));
  await forgetCopies(c, userId);
  afterAnswer(c, () => deletePictures(c, replaced));
  const { type, width_px, height_px } = picture;
  return { picturePath: picturePath(key) ?? "", type, width_px, height_px, size_bytes };
}

/** Takes somebody's picture away. Done twice it changes nothing. */
export async function removePicture(c: Context<AppEnv>, userId: string): Promise<void> {
  const keys = await queried(() => hideMatchPicture(c.var.services.db, userId));
  await forgetCopies(c, userId);
  await deletePictures(c, keys);
}

/**
 * Deletes pictures that belong to nobody's profile any more. Their rows go last: what breaks off
 * halfway the nightly sweep finds by them.
 */
export async function deletePictures(c: Context<AppEnv>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { db, meter } = c.var.services;
  await pictureBucket(c.env.PICTURES, meter).delete(keys.map(objectName));
  await forgetMatchPictures(db, keys);
}

async function store(c: Context<AppEnv>, key: string, { type, bytes }: Picture): Promise<void> {
  const bucket = pictureBucket(c.env.PICTURES, c.var.services.meter);
  try {
    await bucket.put(objectName(key), bytes, { httpMetadata: { contentType: type } });
  } catch (error) {
    const problem = new ProblemError("unavailable", { retryAfter_s: 5 });
    problem.cause = error;
    throw problem;
  }
}

async function show(c: Context<AppEnv>, userId: string, key: string): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await showMatchPicture(c.var.services.db, userId, key);
    } catch (error) {
      if (tries === tries_max || sqlState(error) !== uniqueViolation) throw error;
    }
  }
}

import { createMiddleware } from "hono/factory";
import { listMatchPictures } from "../../db/queries/match-picture.ts";
import type { AppEnv } from "../app.ts";
import { queried } from "../database.ts";
import { identify } from "../identity/identify.ts";
import { afterAnswer } from "./after.ts";
import { deletePictures } from "./picture/keep.ts";
import { forgetCopies } from "./profile.ts";
import { putOut } from "./put-out.ts";

/**
 * Stands before the erasure of a person: once the rows are gone, so are copies of the profile, the
 * picture in the object store, and whoever is still in a lobby or a call. What fails here ends by
 * itself: copies with their time, pictures with the nightly sweep, a socket with its token.
 */
export const forgetsMatch = createMiddleware<AppEnv>(async (c, next) => {
  const identity = await identify(c);
  const userId = identity?.type === "user" ? identity.user.id : undefined;
  const { services } = c.var;
  const keys =
    userId === undefined ? [] : await queried(() => listMatchPictures(services.db, userId));
  await next();
  if (userId === undefined || !c.res.ok) return;
  afterAnswer(c, async () => {
    await forgetCopies(c, userId);
    await Promise.all([deletePictures(c, keys), putOut(services, userId)]);
  });
});

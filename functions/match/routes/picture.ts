import { createRoute, z } from "@hono/zod-openapi";
import { doneSchema } from "../../../protocol/identity/account.ts";
import { pictureBody_bytes_max, pictureSchema } from "../../../protocol/match/rest-profile.ts";
import { answer, createModule, problems } from "../../app.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { readAtMost } from "../../read-at-most.ts";
import { personOf } from "../person.ts";
import { objectName, pictureBucket } from "../picture/bucket.ts";
import { keepPicture, removePicture } from "../picture/keep.ts";
import { readProfile } from "../profile.ts";

const tags = ["match"];
const types = ["image/jpeg", "image/png", "image/webp"] as const;
/** An hour: so long a copy may outlive a picture that its person took away. */
const cacheControl = "public, max-age=3600";

const image = z.string().openapi({ format: "binary" });
const images = Object.fromEntries(types.map((type) => [type, { schema: image }]));

const putPicture = createRoute({
  method: "put",
  path: "/v1/match/profile/picture",
  tags,
  summary: "Show this picture on my profile",
  description:
    "The bytes of a JPEG, PNG or WebP; what they are is read from themselves. Metadata (where, when, with which camera) is taken out, and with it how the picture is to be turned: send it upright.",
  middleware: [rateLimit("match_picture")],
  request: { body: { required: true, content: images } },
  responses: {
    200: answer("The picture as it is kept", pictureSchema),
    ...problems(400, 401, 403, 413, 429, 503),
  },
});

const deletePicture = createRoute({
  method: "delete",
  path: "/v1/match/profile/picture",
  tags,
  summary: "Take my picture away",
  middleware: [rateLimit("account_write")],
  responses: { 200: answer("It is gone", doneSchema), ...problems(401, 403, 429, 503) },
});

const getPicture = createRoute({
  method: "get",
  path: "/v1/match/pictures/{key}",
  tags,
  summary: "A picture",
  description: "Its address cannot be guessed; whoever may see it has been told.",
  middleware: [rateLimit("media")],
  request: { params: z.object({ key: z.string().regex(/^[A-Za-z0-9_-]{24}$/) }) },
  responses: {
    200: { description: "The picture", content: images },
    304: { description: "It is as it was" },
    ...problems(400, 404, 429, 503),
  },
});

/** Pictures of profiles, in the object store. */
export const pictureRoutes = createModule()
  .openapi(putPicture, async (c) => {
    const userId = await personOf(c, "match:write");
    await readProfile(c, userId).catch((error: unknown) => {
      if (!(error instanceof ProblemError) || error.code !== "not_found") throw error;
      throw new ProblemError("profile_required", { detail: "PUT /v1/match/profile makes one" });
    });
    const bytes = await readAtMost(c.req.raw.body, pictureBody_bytes_max);
    if (bytes === undefined)
      throw new ProblemError("body_too_large", {
        detail: `at most ${pictureBody_bytes_max} bytes`,
      });
    return c.json(await keepPicture(c, userId, bytes), 200);
  })
  .openapi(deletePicture, async (c) => {
    const userId = await personOf(c, "match:write");
    await removePicture(c, userId);
    return c.json({ done: true as const }, 200);
  })
  .openapi(getPicture, async (c) => {
    const { key } = c.req.valid("param");
    const bucket = pictureBucket(c.env.PICTURES, c.var.services.meter);
    const found = await bucket.get(objectName(key));
    const type = types.find((known) => known === found?.httpMetadata?.contentType);
    if (found === null || type === undefined) {
      await found?.body.cancel();
      throw new ProblemError("not_found");
    }
    const headers = { "Cache-Control": cacheControl, ETag: found.httpEtag };
    if (c.req.header("If-None-Match") === found.httpEtag) {
      await found.body.cancel();
      return c.body(null, 304, headers);
    }
    return c.body(found.body, 200, {
      ...headers,
      "Content-Type": type,
      "Content-Length": String(found.size),
    });
  });

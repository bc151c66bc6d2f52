import { createRoute, z } from "@hono/zod-openapi";
import { identityIdSchema } from "../../../protocol/identity/id.ts";
import {
  lightProfileSchema,
  patchProfileSchema,
  profileSchema,
  putProfileSchema,
} from "../../../protocol/match/rest-profile.ts";
import { answer, body, createModule, problems } from "../../app.ts";
import { jsonBody } from "../../middleware/json-body.ts";
import { rateLimit } from "../../middleware/rate-limit.ts";
import { ProblemError } from "../../problem.ts";
import { personOf } from "../person.ts";
import { changeProfile, lightOf, readProfile, writeProfile } from "../profile.ts";

const tags = ["match"];
const body_bytes_max = 16 * 1024;

const getProfile = createRoute({
  method: "get",
  path: "/v1/match/profile",
  tags,
  summary: "My profile",
  middleware: [rateLimit("signed_in")],
  responses: {
    200: answer("The profile", profileSchema),
    ...problems(401, 403, 404, 429, 503),
  },
});

const putProfile = createRoute({
  method: "put",
  path: "/v1/match/profile",
  tags,
  summary: "Make my profile, or write it anew",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(putProfileSchema) },
  responses: {
    200: answer("The profile as it is now", profileSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const patchProfile = createRoute({
  method: "patch",
  path: "/v1/match/profile",
  tags,
  summary: "Change some of my profile",
  middleware: [rateLimit("account_write"), jsonBody({ bytes_max: body_bytes_max })],
  request: { body: body(patchProfileSchema) },
  responses: {
    200: answer("The profile as it is now", profileSchema),
    ...problems(400, 401, 403, 413, 415, 429, 503),
  },
});

const getLightProfile = createRoute({
  method: "get",
  path: "/v1/match/profiles/{id}",
  tags,
  summary: "Somebody's profile, as others see it",
  description:
    "For people who have one themselves, or are signed in. Ids are known from calls alone.",
  middleware: [rateLimit("signed_in")],
  request: { params: z.object({ id: identityIdSchema }) },
  responses: {
    200: answer("The profile", lightProfileSchema),
    ...problems(400, 401, 403, 404, 429, 503),
  },
});

/** What people say of themselves. */
export const profileRoutes = createModule()
  .openapi(getProfile, async (c) => {
    const userId = await personOf(c, "match:read");
    return c.json(await readProfile(c, userId), 200);
  })
  .openapi(putProfile, async (c) => {
    const userId = await personOf(c, "match:write");
    return c.json(await writeProfile(c, userId, c.req.valid("json")), 200);
  })
  .openapi(patchProfile, async (c) => {
    const userId = await personOf(c, "match:write");
    const fields = Object.fromEntries(
      Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined),
    );
    if (Object.keys(fields).length === 0) throw new ProblemError("bad_request");
    return c.json(await changeProfile(c, userId, fields), 200);
  })
  .openapi(getLightProfile, async (c) => {
    await personOf(c, "match:read");
    return c.json(lightOf(await readProfile(c, c.req.valid("param").id)), 200);
  });

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../app.ts";

const documents = new WeakMap<object, string>();

/** The description of all routes, as OpenAPI 3.1 in JSON. Made once for each isolate. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): string {
  const kept = documents.get(app);
  if (kept !== undefined) return kept;
  const document = JSON.stringify(
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Offrail",
        version: "1",
        license: { name: "MIT" },
        description:
          "Errors are `application/problem+json` with a stable `code`. Every answer carries `X-Request-Id`; limits are told in `RateLimit-*`.",
      },
      servers: [{ url: "/" }],
    }),
  );
  documents.set(app, document);
  return document;
}

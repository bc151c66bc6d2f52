import { createRoute, z } from "@hono/zod-openapi";
import { type BatchAnswer, batchAnswerSchema } from "../../../protocol/analytics/batch.ts";
import { answer, createModule, problems } from "../../app.ts";
import { batchIn, readRawBody } from "../ingest/body.ts";
import { senderOf, signerOf } from "../ingest/sender.ts";
import { lookOver, takeIn } from "../ingest/take.ts";

const description = `Up to 500 events, or 1 MB of JSON, plain or as gzip. The body is
\`{ sentAt_ms?, appVersion?, platform?, events: [...] }\`; an event has a \`uuid\` (version 7, made when
it happened), a \`kind\` (event, level, session_start, heartbeat, session_end, revenue, error), a
\`player\`, and what its kind needs. The key stands in \`Authorization: Bearer\`, \`X-Api-Key\` or \`?key=\`.
The answer names what became of each event: \`ok\`, \`duplicate\`, \`drop\` with a reason, or \`retry\`. A
client forgets an event after any of them but \`retry\`. \`X-Offrail-Signature: <secret key's id>:<hex>\`
signs the body as it is sent, with HMAC-SHA256.`;

const sendBatch = createRoute({
  method: "post",
  path: "/v1/analytics/batch",
  tags: ["analytics"],
  summary: "Send events",
  description,
  request: {
    query: z.object({
      /** Look at the events and keep nothing. */
      dry_run: z.enum(["0", "1"]).optional(),
      key: z.string().max(120).optional(),
    }),
    headers: z.object({ "idempotency-key": z.string().min(1).max(64).optional() }),
  },
  responses: {
    200: answer("What became of each event", batchAnswerSchema),
    ...problems(400, 401, 413, 429, 503),
  },
});

/** Where events come in. Nothing is counted in Redis for it: the buffer limits what a game sends. */
export const batchRoutes = createModule().openapi(sendBatch, async (c) => {
  const sender = await senderOf(c);
  const raw = await readRawBody(c);
  const sent = {
    sender,
    signedBy: await signerOf(c, sender, raw),
    batch: await batchIn(raw),
    idempotencyKey: c.req.valid("header")["idempotency-key"],
  };
  const dry = c.req.valid("query").dry_run === "1";
  const taken: BatchAnswer = dry ? await lookOver(c, sent) : await takeIn(c, sent);
  if (taken.retryAfter_s !== undefined) c.header("Retry-After", String(taken.retryAfter_s));
  return c.json(taken, 200);
});

import { acceptHeadSchema, bufferRequestSchema } from "../../../protocol/analytics/buffer.ts";
import { problemResponse } from "../../host/service.ts";
import type { LiveBuffer } from "./live-buffer.ts";

/**
 * Answers a request of our own functions: a batch at `/accept`, anything else that is asked of a
 * buffer at `/ask`.
 */
export async function answerRequest(live: LiveBuffer, request: Request): Promise<Response> {
  const text = await request.text();
  return new URL(request.url).pathname === "/accept" ? accept(live, text) : ask(live, text);
}

async function accept(live: LiveBuffer, text: string): Promise<Response> {
  const end = text.indexOf("\n");
  if (end < 0) return problemResponse("bad_request");
  const head = acceptHeadSchema.safeParse(JSON.parse(text.slice(0, end)));
  if (!head.success) return problemResponse("bad_request");
  const rows = text.slice(end + 1);
  // A line break would be the end of a batch on disk; JSON escapes those that are in a text.
  if (rows.includes("\n")) return problemResponse("bad_request");
  return Response.json(await live.accept(head.data, rows));
}

async function ask(live: LiveBuffer, text: string): Promise<Response> {
  const parsed = bufferRequestSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return problemResponse("bad_request");
  const request = parsed.data;
  switch (request.type) {
    case "config":
      return Response.json({ config: await live.currentConfig(request.keyIds) });
    case "configure":
      live.configure(request.config);
      break;
    case "listen":
      live.listen(request.until_ms);
      break;
    case "flush":
      await live.flush();
      break;
    case "revive":
      live.revive();
      break;
    case "dead":
      return Response.json(live.dead(request.after));
    case "forget":
      live.forgetPlayer(request.player, request.erased_ms);
      break;
    case "figures":
      break;
  }
  return Response.json(live.figures());
}

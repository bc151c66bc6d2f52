import { z } from "zod";

/**
 * Every error a client can meet, over HTTP or over a socket, by its stable code. A code never
 * changes its meaning and is never reused; messages may be reworded freely.
 */
export const problemCodes = [
  "bad_request",
  "body_too_large",
  "body_too_deep",
  "frame_too_large",
  "internal",
  "invalid_json",
  "invalid_message",
  "method_not_allowed",
  "not_found",
  "range_not_satisfiable",
  "rate_limited",
  "room_full",
  "room_banned",
  "room_kicked",
  "room_locked",
  "room_expired",
  "password_required",
  "password_invalid",
  "invite_invalid",
  "room_not_found",
  "room_unavailable",
  "stale_command",
  "not_allowed",
  "token_expired",
  "token_invalid",
  "token_missing",
  "unavailable",
  "unsupported_media_type",
  "upgrade_required",
  "account_exists",
  "credentials_invalid",
  "limit_reached",
  "session_not_fresh",
  "sign_in_required",
  "slug_taken",
  "sole_owner",
  "account_required",
  "banned",
  "consent_required",
  "picture_invalid",
  "profile_required",
] as const;

export const problemCodeSchema = z.enum(problemCodes);
export type ProblemCode = z.infer<typeof problemCodeSchema>;

/** One field of a request that did not pass its schema; `path` is dotted, `""` for the whole body. */
export const problemIssueSchema = z.object({ path: z.string(), message: z.string() });

/** An `application/problem+json` body (RFC 9457) with a stable `code` beside the standard members. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: problemCodeSchema,
    detail: z.string().optional(),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    retryAfter_s: z.number().int().optional(),
    issues: z.array(problemIssueSchema).max(50).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

import type { Problem, ProblemCode } from "../protocol/problem.ts";

/** Statuses an error of this API can have. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 413
  | 415
  | 416
  | 426
  | 429
  | 500
  | 503;

/** The HTTP status and the title of each code; titles are for people and may be reworded. */
const kinds: Readonly<Record<ProblemCode, readonly [ProblemStatus, string]>> = {
  account_exists: [409, "There is an account with this address already"],
  bad_request: [400, "The request is not as it should be"],
  body_too_large: [413, "The body is too large"],
  body_too_deep: [400, "The body is nested too deeply"],
  credentials_invalid: [401, "The address or the password is not right"],
  frame_too_large: [413, "The frame is too large"],
  invite_invalid: [403, "This invite does not work any more"],
  internal: [500, "Something went wrong here"],
  invalid_json: [400, "The body is not JSON"],
  invalid_message: [400, "The message is not as it should be"],
  limit_reached: [409, "There are as many of these as there may be"],
  method_not_allowed: [405, "This address does not take that method"],
  not_allowed: [403, "That is not allowed"],
  password_invalid: [403, "The password is not right"],
  password_required: [403, "This room has a password"],
  not_found: [404, "There is nothing here"],
  range_not_satisfiable: [416, "The range lies outside the file"],
  rate_limited: [429, "Too many requests"],
  room_banned: [403, "You were put out of this room for good"],
  room_kicked: [403, "You were put out of this room"],
  room_expired: [410, "This room is over"],
  room_locked: [403, "This room is locked"],
  room_full: [503, "The room is full"],
  room_not_found: [404, "There is no such room"],
  room_unavailable: [503, "The room does not answer"],
  session_not_fresh: [403, "Sign in anew to do this"],
  sign_in_required: [401, "Sign in to do this"],
  slug_taken: [409, "This address is taken"],
  sole_owner: [409, "An organization would be left without an owner"],
  stale_command: [409, "Somebody else was faster"],
  token_expired: [401, "The token has expired"],
  token_invalid: [401, "The token is not valid here"],
  token_missing: [401, "A token is needed"],
  account_required: [403, "Only an account with a verified mail address may do this"],
  banned: [403, "You may not take part at the moment"],
  consent_required: [403, "Confirm the rules first"],
  picture_invalid: [400, "This picture cannot be taken"],
  profile_required: [403, "Make a profile first"],
  unavailable: [503, "This cannot be done at the moment"],
  unsupported_media_type: [415, "The body must be JSON"],
  upgrade_required: [426, "This address speaks WebSocket"],
};

/** What may be said of an error beyond its code. */
export interface ProblemDetails {
  /** A sentence for people; goes to the client, so it never holds a secret or another's message. */
  readonly detail?: string;
  readonly issues?: Problem["issues"];
  /** Whole seconds after which trying again makes sense; also sent as `Retry-After`. */
  readonly retryAfter_s?: number;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that the client may know of. Anything else that is thrown becomes `internal`. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? kinds[code][1]);
    this.code = code;
    this.details = details;
  }

  get status(): ProblemStatus {
    return kinds[this.code][0];
  }
}

/** Which request an error belongs to. */
export interface ProblemContext {
  readonly requestId: string;
  /** Path of the request, without its query: tokens travel there. */
  readonly instance: string;
}

/** The answer for an error: `application/problem+json` as in RFC 9457. */
export function problemResponse(error: ProblemError, { requestId, instance }: ProblemContext) {
  const [status, title] = kinds[error.code];
  const { detail, issues, retryAfter_s } = error.details;
  const problem: Problem = {
    type: `urn:offrail:problem:${error.code}`,
    title,
    status,
    code: error.code,
    instance,
    requestId,
    ...(detail === undefined ? {} : { detail }),
    ...(issues === undefined ? {} : { issues }),
    ...(retryAfter_s === undefined ? {} : { retryAfter_s }),
  };
  return new Response(JSON.stringify(problem), { status, headers: headersOf(error) });
}

function headersOf(error: ProblemError): Headers {
  const headers = new Headers(error.details.headers);
  headers.set("Content-Type", "application/problem+json");
  if (error.details.retryAfter_s !== undefined)
    headers.set("Retry-After", String(error.details.retryAfter_s));
  if (error.status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (error.status === 426) headers.set("Upgrade", "websocket");
  return headers;
}

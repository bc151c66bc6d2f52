import { ApiProblem } from "../api/problem.ts";
import type { EndReason } from "../room/connection.ts";

/** Why a join that failed need not be tried again by itself; undefined when it may succeed later. */
export function endOf(error: unknown): EndReason | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  switch (error.code) {
    case "room_full":
      return "full";
    case "room_banned":
      return "banned";
    case "room_kicked":
      return "kicked";
    case "room_locked":
      return "locked";
    case "password_required":
    case "password_invalid":
      return "refused";
    default:
      return error.status === 404 || error.status === 410 ? "not_found" : undefined;
  }
}

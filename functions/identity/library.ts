import type { Context } from "hono";
import type { AppEnv } from "../app.ts";
import { ProblemError } from "../problem.ts";
import { type Auth, createAuth } from "./auth.ts";
import { identityContext } from "./context.ts";
import { type DataOwner, moveOwnership } from "./data-owner.ts";

/** The accounts library, made for this request. */
export function libraryOf(
  c: Context<AppEnv>,
  owners: readonly DataOwner[],
  guestName?: string,
): Auth {
  const { origin, settings, sessions, mailer, inBackground } = identityContext(c);
  const { db, now_ms } = c.var.services;
  return createAuth({
    db,
    origin,
    secret: settings.AUTH_SECRET.reveal(),
    sessions,
    mailer,
    inBackground,
    now_ms,
    ...(guestName === undefined ? {} : { guestName }),
    moveOwnership: (from, to) => moveOrExplain(() => moveOwnership(db, owners, from, to)),
  });
}

async function moveOrExplain(move: () => Promise<void>): Promise<void> {
  try {
    await move();
  } catch (error) {
    const problem = new ProblemError("unavailable", {
      detail:
        "what you made as a guest could not be brought along; it is safe, sign in again in a moment",
      retryAfter_s: 5,
    });
    problem.cause = error;
    throw problem;
  }
}

import { createModule } from "../app.ts";
import type { DataOwner } from "./data-owner.ts";
import { dataRoutes } from "./routes/data.ts";
import { invitationRoutes } from "./routes/invitations.ts";
import { keyRoutes } from "./routes/keys.ts";
import { meRoutes } from "./routes/me.ts";
import { operatorRoutes } from "./routes/operators.ts";
import { organizationRoutes } from "./routes/organizations.ts";
import { passwordRoutes } from "./routes/password.ts";
import { signInRoutes } from "./routes/sign-in.ts";

/**
 * Accounts: who people are, on their own and together.
 * @param owners modules that keep data of people
 */
export function createIdentityRoutes(owners: readonly DataOwner[]) {
  return createModule()
    .route("/", signInRoutes(owners))
    .route("/", passwordRoutes(owners))
    .route("/", meRoutes(owners))
    .route("/", dataRoutes(owners))
    .route("/", keyRoutes(owners))
    .route("/", organizationRoutes(owners))
    .route("/", invitationRoutes(owners))
    .route("/", operatorRoutes);
}

export type IdentityApi = ReturnType<typeof createIdentityRoutes>;

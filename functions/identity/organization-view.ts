import type { organization } from "../../db/schema/identity.ts";
import { organizationKindSchema } from "../../protocol/identity/organization.ts";

/** An organization as answers show it. */
export function organizationOf(row: typeof organization.$inferSelect) {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    kind: organizationKindSchema.catch("business").parse(row.kind),
    createdAt: row.createdAt.toISOString(),
  };
}

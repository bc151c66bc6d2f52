import type { OrganizationKind, Role } from "../../protocol/identity/organization.ts";

/** What a role is called. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: "Owner",
  admin: "Admin",
  member: "Member",
};

/** What an organization is called. */
export const kindWords: Readonly<Record<OrganizationKind, string>> = {
  shop: "Shop",
  studio: "Studio",
  business: "Business",
};

import { z } from "zod";
import { lineOf } from "../text.ts";
import { emailSchema, identityIdSchema } from "./id.ts";

/** From the least to the most that a member may do. */
export const roles = ["member", "admin", "owner"] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Whether a role may do what another one may. */
export function reaches(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

export const organizationKindSchema = z.enum(["shop", "studio", "business"]);
export type OrganizationKind = z.infer<typeof organizationKindSchema>;

/** How an organization stands in addresses: lower case letters, digits and single hyphens. */
export const slugSchema = z
  .string()
  .min(3)
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "use lower case letters, digits and single hyphens");

/** Body of `POST /v1/organizations`. Whoever makes it is its owner. */
export const createOrganizationSchema = z
  .object({ name: lineOf(60), slug: slugSchema, kind: organizationKindSchema })
  .meta({ id: "CreateOrganization" });
export type CreateOrganization = z.input<typeof createOrganizationSchema>;

export const organizationSchema = z
  .object({
    id: identityIdSchema,
    name: z.string(),
    slug: z.string(),
    kind: organizationKindSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Organization" });

export const organizationOfUserSchema = organizationSchema
  .extend({ role: roleSchema })
  .meta({ id: "OrganizationOfUser" });
export type OrganizationOfUser = z.infer<typeof organizationOfUserSchema>;

export const memberSchema = z
  .object({
    id: identityIdSchema,
    userId: identityIdSchema,
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof memberSchema>;

/**
 * An invitation that can still be taken. Its id is the secret of its link: only those who may invite
 * see it, and the mail it goes to.
 */
export const invitationSchema = z
  .object({
    id: identityIdSchema,
    email: z.string(),
    role: roleSchema,
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof invitationSchema>;

/** Answer of `GET /v1/organizations/{id}`. Invitations are empty for those who may not invite. */
export const organizationDetailSchema = organizationOfUserSchema
  .extend({ members: z.array(memberSchema), invitations: z.array(invitationSchema) })
  .meta({ id: "OrganizationDetail" });
export type OrganizationDetail = z.infer<typeof organizationDetailSchema>;

/** Body of `POST /v1/organizations/{id}/invitations`. */
export const inviteSchema = z
  .object({ email: emailSchema, role: roleSchema.default("member") })
  .meta({ id: "Invite" });
export type Invite = z.input<typeof inviteSchema>;

/** Body of `POST /v1/organizations/{id}/members/{memberId}/role`. */
export const changeRoleSchema = z.object({ role: roleSchema }).meta({ id: "ChangeRole" });

/** Answer of `GET /v1/invitations/{id}`: what somebody is invited to, for the one invited. */
export const invitationToMeSchema = z
  .object({
    id: identityIdSchema,
    organizationName: z.string(),
    role: roleSchema,
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "InvitationToMe" });

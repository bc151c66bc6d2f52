import { hc } from "hono/client";
import type { IdentityApi } from "../../functions/identity/routes.ts";
import type { SignIn, SignUp } from "../../protocol/identity/account.ts";
import type { CreateApiKey } from "../../protocol/identity/api-key.ts";
import type { CreateOrganization, Invite, Role } from "../../protocol/identity/organization.ts";
import { problemOf } from "../api/problem.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 15_000;

const { v1 } = hc<IdentityApi>("/");
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
type Good<R> = R extends { readonly ok: true; json(): Promise<infer T> } ? T : never;

/** What a good answer says. @throws ApiProblem for any other */
async function good<R extends Answer>(call: Promise<R>): Promise<Good<R>> {
  const response = await call;
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Good<R>;
}

export const signUp = (json: SignUp) => good(v1.auth["sign-up"].$post({ json }, limits()));
export const signIn = (json: SignIn) => good(v1.auth["sign-in"].$post({ json }, limits()));
export const goOnAsGuest = () => good(v1.auth.guest.$post({ json: {} }, limits()));
export const signOut = () => good(v1.auth["sign-out"].$post({}, limits()));

export const forgotPassword = (email: string) =>
  good(v1.auth.password.forgot.$post({ json: { email } }, limits()));
export const resetPassword = (token: string, password: string) =>
  good(v1.auth.password.reset.$post({ json: { token, password } }, limits()));
export const changePassword = (current: string, password: string) =>
  good(v1.auth.password.change.$post({ json: { current, password } }, limits()));
export const sendVerification = () => good(v1.auth.email.send.$post({}, limits()));
export const verifyEmail = (token: string) =>
  good(v1.auth.email.verify.$post({ json: { token } }, limits()));

export const fetchSession = () => good(v1.auth.session.$get({}, limits()));
export const updateName = (name: string) => good(v1.me.$post({ json: { name } }, limits()));
export const fetchSessions = () => good(v1.me.sessions.$get({}, limits()));
export const revokeSession = (id: string) =>
  good(v1.me.sessions[":id"].revoke.$post({ param: { id } }, limits()));
export const revokeOtherSessions = () => good(v1.me.sessions["revoke-others"].$post({}, limits()));
export const eraseMe = (password: string | undefined) =>
  good(v1.me.erase.$post({ json: password === undefined ? {} : { password } }, limits()));

export const fetchKeys = (organizationId: string | undefined) =>
  good(v1.keys.$get({ query: organizationId === undefined ? {} : { organizationId } }, limits()));
export const createKey = (json: CreateApiKey) => good(v1.keys.$post({ json }, limits()));
export const revokeKey = (id: string) =>
  good(v1.keys[":id"].revoke.$post({ param: { id } }, limits()));

const organizations = v1.organizations;
export const createOrganization = (json: CreateOrganization) =>
  good(organizations.$post({ json }, limits()));
export const fetchOrganization = (id: string) =>
  good(organizations[":id"].$get({ param: { id } }, limits()));
export const leaveOrganization = (id: string) =>
  good(organizations[":id"].leave.$post({ param: { id } }, limits()));
export const deleteOrganization = (id: string) =>
  good(organizations[":id"].delete.$post({ param: { id } }, limits()));
export const changeRole = (id: string, memberId: string, role: Role) =>
  good(
    organizations[":id"].members[":memberId"].role.$post(
      { param: { id, memberId }, json: { role } },
      limits(),
    ),
  );
export const removeMember = (id: string, memberId: string) =>
  good(
    organizations[":id"].members[":memberId"].remove.$post({ param: { id, memberId } }, limits()),
  );
export const invite = (id: string, json: Invite) =>
  good(organizations[":id"].invitations.$post({ param: { id }, json }, limits()));
export const cancelInvitation = (id: string, invitationId: string) =>
  good(
    organizations[":id"].invitations[":invitationId"].cancel.$post(
      { param: { id, invitationId } },
      limits(),
    ),
  );

export const fetchInvitation = (id: string) =>
  good(v1.invitations[":id"].$get({ param: { id } }, limits()));
export const acceptInvitation = (id: string) =>
  good(v1.invitations[":id"].accept.$post({ param: { id } }, limits()));
export const rejectInvitation = (id: string) =>
  good(v1.invitations[":id"].reject.$post({ param: { id } }, limits()));

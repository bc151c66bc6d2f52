import { apiKey } from "@better-auth/api-key";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { anonymous, organization } from "better-auth/plugins";
import type { Db } from "../../db/client.ts";
import * as tables from "../../db/schema/identity.ts";
import type { Mail, Mailer } from "../../platform/identity/mailer.ts";
import { hashPassword, isOutdated, verifyPassword } from "../../platform/identity/password.ts";
import { password_length_max, password_length_min } from "../../protocol/identity/account.ts";
import { apiKeyLetters, apiKeyPrefix, apiKeyShown } from "../../protocol/identity/api-key.ts";
import { cookiePrefix } from "./cookie.ts";
import { invitationMail, passwordResetMail, verificationMail } from "./mails.ts";
import type { SessionStore } from "./session-store.ts";

const day_s = 86_400;

/** Limits of what one person or one organization may have. */
export const identityLimits = {
  session_s: 30 * day_s,
  organizationsOfUser: 20,
  membersOfOrganization: 200,
  invitationsOfOrganization: 100,
  keysOfOwner: 50,
  invitation_s: 7 * day_s,
  passwordReset_s: 1_800,
  emailVerification_s: day_s,
} as const;

export interface AuthOptions {
  readonly db: Db;
  /** Scheme, host and port of the site. */
  readonly origin: string;
  readonly secret: string;
  readonly sessions: SessionStore;
  readonly mailer: Mailer | undefined;
  /** What a guest who is made by this request is called. */
  readonly guestName?: string;
  /** Hands over what a guest made to the account that the guest becomes. */
  readonly moveOwnership: (fromUserId: string, toUserId: string) => Promise<void>;
  readonly now_ms: () => number;
  /** Runs what nobody waits for. */
  readonly inBackground: (task: Promise<unknown>) => void;
}

/**
 * The accounts library, made for one request: it costs about a millisecond, and holds nothing that
 * belongs to another request. Our routes call its endpoints as functions; its own HTTP handler, and
 * with it the library's rate limits, redirects and error bodies, is not mounted anywhere.
 *
 * It never opens a transaction: there are none over HTTP. Each row it writes stands by itself, and
 * `deleteHalfMadeUser` mends the one pair that can break off in the middle.
 */
export function createAuth(options: AuthOptions) {
  const { db, origin, secret, sessions, mailer, moveOwnership, inBackground, now_ms } = options;
  let outdatedHash: string | undefined;
  const send = (mail: Mail) => mailer?.send(mail) ?? Promise.resolve();
  const auth = betterAuth({
    appName: "Offrail",
    baseURL: origin,
    basePath: "/v1/auth",
    secret,
    // Its lines hold addresses of people; our routes log what happens.
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    database: drizzleAdapter(db, {
      provider: "pg",
      schema: { ...tables, apikey: tables.apiKey },
      transaction: false,
    }),
    secondaryStorage: sessions.library,
    session: {
      storeSessionInDatabase: true,
      expiresIn: identityLimits.session_s,
      updateAge: day_s,
      cookieCache: { enabled: false },
    },
    // Nobody can set it at sign-up or on their own row: operators are made by operators.
    user: {
      additionalFields: {
        operator: { type: "boolean", required: true, defaultValue: false, input: false },
      },
    },
    verification: { storeInDatabase: true, storeIdentifier: "hashed" },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: password_length_min,
      maxPasswordLength: password_length_max,
      password: {
        hash: (password) => hashPassword(password),
        verify: async ({ hash, password }) => {
          const fits = await verifyPassword(hash, password);
          if (fits && isOutdated(hash)) outdatedHash = hash;
          return fits;
        },
      },
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: identityLimits.passwordReset_s,
      sendResetPassword: ({ user, token }) => send(passwordResetMail(user.email, origin, token)),
    },
    emailVerification: {
      expiresIn: identityLimits.emailVerification_s,
      sendOnSignUp: mailer !== undefined,
      sendVerificationEmail: ({ user, token }) => send(verificationMail(user.email, origin, token)),
    },
    plugins: [
      anonymous({
        generateName: () => options.guestName ?? "Guest",
        // The guest's row is deleted afterwards, and what still hangs on it with it: so this throws
        // when it fails, and the guest stays.
        onLinkAccount: ({ anonymousUser, newUser }) =>
          moveOwnership(anonymousUser.user.id, newUser.user.id),
      }),
      organization({
        allowUserToCreateOrganization: (user) => user.isAnonymous !== true,
        organizationLimit: identityLimits.organizationsOfUser,
        membershipLimit: identityLimits.membersOfOrganization,
        invitationLimit: identityLimits.invitationsOfOrganization,
        invitationExpiresIn: identityLimits.invitation_s,
        cancelPendingInvitationsOnReInvite: true,
        // Without mail nobody's address can be verified; the invitation's link is then the secret.
        requireEmailVerificationOnInvitation: mailer !== undefined,
        sendInvitationEmail: ({ id, email, organization, inviter }) =>
          send(
            invitationMail(email, origin, {
              id,
              organization: organization.name,
              inviter: inviter.user.name,
            }),
          ),
        schema: {
          organization: {
            additionalFields: { kind: { type: "string", required: true, input: true } },
          },
        },
      }),
      apiKey([keysOf("user"), keysOf("organization")]),
    ],
    advanced: {
      cookiePrefix: cookiePrefix(origin),
      // The prefix is in the name already: `__Host-` is stricter than the library's `__Secure-`.
      useSecureCookies: false,
      defaultCookieAttributes: {
        secure: origin.startsWith("https://"),
        httpOnly: true,
        sameSite: "lax",
        path: "/",
      },
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      database: { validateSchema: false },
      backgroundTasks: { handler: inBackground },
    },
  });
  return {
    api: auth.api,
    options: auth.options,
    /** The hash that a password just fitted although it was made with parameters of old, if any. */
    outdatedHash: () => outdatedHash,
    /** Whose password a token may reset, while it may; the token stays good. */
    async userOfResetToken(token: string): Promise<string | undefined> {
      const { internalAdapter } = await auth.$context;
      const found = await internalAdapter.findVerificationValue(`reset-password:${token}`);
      return found === null || found.expiresAt.getTime() <= now_ms() ? undefined : found.value;
    },
  };
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * Keys are made by our routes alone, which check who may and set the scopes. The library is told the
 * owner's id and nothing else, so an organization's keys are no other to it than a person's.
 */
function keysOf(owner: "user" | "organization") {
  return {
    configId: owner,
    references: "user",
    defaultPrefix: apiKeyPrefix,
    defaultKeyLength: apiKeyLetters,
    startingCharactersConfig: { shouldStore: true, charactersLength: apiKeyShown },
    requireName: true,
    rateLimit: { enabled: false },
    storage: "database",
  } as const;
}

import { z } from "zod";
import { lineOf } from "../text.ts";
import { emailSchema, identityIdSchema } from "./id.ts";
import { organizationOfUserSchema } from "./organization.ts";

export const password_length_min = 10;
export const password_length_max = 128;

/** Halves of a surrogate pair would not come back the same from UTF-8. */
const isWhole = (text: string) => !/\p{Cs}/u.test(text);

/** Any characters but halves of a surrogate pair. */
export const newPasswordSchema = z
  .string()
  .min(password_length_min)
  .max(password_length_max)
  .refine(isWhole, "must be whole characters");

/** What somebody types who claims to know a password; it is only ever compared. */
const typedPasswordSchema = z
  .string()
  .min(1)
  .max(password_length_max)
  .refine(isWhole, "must be whole characters");

const tokenSchema = z.string().min(1).max(2_048);

/** Body of `POST /v1/auth/sign-up`. */
export const signUpSchema = z
  .object({ name: lineOf(60), email: emailSchema, password: newPasswordSchema })
  .meta({ id: "SignUp" });
export type SignUp = z.input<typeof signUpSchema>;

/** Body of `POST /v1/auth/sign-in`. Without `remember` the session ends with the browser's. */
export const signInSchema = z
  .object({
    email: emailSchema,
    password: typedPasswordSchema,
    remember: z.boolean().default(true),
  })
  .meta({ id: "SignIn" });
export type SignIn = z.input<typeof signInSchema>;

/** Body of `POST /v1/auth/guest`. */
export const guestSchema = z.object({ name: lineOf(60).default("Guest") }).meta({ id: "Guest" });

/** Body of `POST /v1/auth/password/forgot`. */
export const forgotPasswordSchema = z.object({ email: emailSchema }).meta({ id: "ForgotPassword" });

/** Body of `POST /v1/auth/password/reset`; the token came by mail. */
export const resetPasswordSchema = z
  .object({ token: tokenSchema, password: newPasswordSchema })
  .meta({ id: "ResetPassword" });

/** Body of `POST /v1/auth/password/change`. All other sessions end. */
export const changePasswordSchema = z
  .object({ current: typedPasswordSchema, password: newPasswordSchema })
  .meta({ id: "ChangePassword" });

/** Body of `POST /v1/auth/email/verify`; the token came by mail. */
export const verifyEmailSchema = z.object({ token: tokenSchema }).meta({ id: "VerifyEmail" });

/** An answer that says nothing but that it is done. */
export const doneSchema = z.object({ done: z.literal(true) }).meta({ id: "Done" });

export const userSchema = z
  .object({
    id: identityIdSchema,
    name: z.string(),
    /** A guest has no address and no password, and becomes an account by signing up. */
    guest: z.boolean(),
    email: z.string().nullable(),
    emailVerified: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "User" });
export type User = z.infer<typeof userSchema>;

/** Answer to whatever signs somebody in. The session itself is in the cookie alone. */
export const signedInSchema = z.object({ user: userSchema }).meta({ id: "SignedIn" });

/** Body of `POST /v1/me`. */
export const updateMeSchema = z.object({ name: lineOf(60) }).meta({ id: "UpdateMe" });

/** Answer of `GET /v1/me`: who asks, and in which organizations with what role. */
export const meSchema = z
  .object({
    user: userSchema,
    /** Whether this account runs the deployment, and so may open its operations. */
    operator: z.boolean(),
    organizations: z.array(organizationOfUserSchema),
    /** Whether this deployment sends mail; without it passwords cannot be reset. */
    sendsMail: z.boolean(),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof meSchema>;

/** Answer of `GET /v1/auth/session`: who is signed in here, or null. For pages, which ask everybody. */
export const currentSessionSchema = z
  .object({ me: meSchema.nullable() })
  .meta({ id: "CurrentSession" });

export const sessionSchema = z
  .object({
    id: identityIdSchema,
    /** Whether it is the one that asks. */
    current: z.boolean(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: z.iso.datetime(),
    /** When it was last extended; sessions in use are extended once a day. */
    updatedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

/** Answer of `GET /v1/me/sessions`, the newest first. */
export const sessionsSchema = z
  .object({ sessions: z.array(sessionSchema) })
  .meta({ id: "Sessions" });

/** Answer to the end of sessions. */
export const revokedSchema = z.object({ revoked: z.number().int() }).meta({ id: "Revoked" });

/** Body of `POST /v1/me/erase`. Without a password the session must be fresh. */
export const eraseSchema = z
  .object({ password: typedPasswordSchema.optional() })
  .meta({ id: "EraseMe" });

/** Answer of `POST /v1/me/erase`, and of `GET /v1/erasures/{id}` ever after. */
export const erasureReceiptSchema = z
  .object({
    id: identityIdSchema,
    erasedAt: z.iso.datetime(),
    /** How many rows went, by table. */
    rows: z.record(z.string(), z.number().int()),
  })
  .meta({ id: "ErasureReceipt" });
export type ErasureReceipt = z.infer<typeof erasureReceiptSchema>;

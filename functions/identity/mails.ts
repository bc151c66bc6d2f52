import type { Mail } from "../../platform/identity/mailer.ts";

/** The mails of accounts. A link goes to a page, which does the rest by a request of its own. */

export function verificationMail(to: string, origin: string, token: string): Mail {
  return {
    to,
    subject: "Confirm your address",
    text: [
      "Open this link to confirm that this address is yours:",
      "",
      `${origin}/verify-email?token=${encodeURIComponent(token)}`,
      "",
      "It is good for a day. If you did not sign up at Offrail, do nothing.",
    ].join("\n"),
  };
}

export function passwordResetMail(to: string, origin: string, token: string): Mail {
  return {
    to,
    subject: "Choose a new password",
    text: [
      "Open this link to choose a new password:",
      "",
      `${origin}/reset-password?token=${encodeURIComponent(token)}`,
      "",
      "It is good for half an hour and works once. If you did not ask for it, do nothing:",
      "your password stays as it is.",
    ].join("\n"),
  };
}

export function invitationMail(
  to: string,
  origin: string,
  invitation: { readonly id: string; readonly organization: string; readonly inviter: string },
): Mail {
  return {
    to,
    subject: `Join ${invitation.organization} on Offrail`,
    text: [
      `${invitation.inviter} invites you to ${invitation.organization}. Open this link to answer:`,
      "",
      `${origin}/invitation/${encodeURIComponent(invitation.id)}`,
      "",
      "It is good for a week.",
    ].join("\n"),
  };
}

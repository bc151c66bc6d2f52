/**
 * The rules of match, which everybody confirms before their first call. Raise the version when their
 * meaning changes: then everybody is asked again.
 */
export const rulesVersion = 1;

/** Sentences to show beside the confirmation, in this order. */
export const rules: readonly string[] = [
  "You are 18 or older.",
  "You show yourself and speak for yourself; nobody else is on camera without their consent.",
  "No nudity, no harassment, no threats, no hatred.",
  "You do not record a call, nor pass on what you see and hear in it.",
  "You do not ask for money, nor advertise.",
  "Whoever breaks a rule can be reported, and be banned.",
];

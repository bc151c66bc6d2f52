/**
 * Where to go after signing in: a path of this site that the address asks for, or else the account.
 * Anything that is not a plain path is ignored, so that a link to our sign-in leads nowhere else.
 */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  return /^\/(?![/\\])[\w\-./?=&%]*$/.test(next) ? next : "/account";
}

/** The address of another entry page that leads to the same place. */
export function withNext(path: string, search: string): string {
  const next = nextPath(search);
  return next === "/account" ? path : `${path}?next=${encodeURIComponent(next)}`;
}

import { gameAhead } from "./analytics/ahead.ts";
import { matches } from "./path.ts";
import { onDemand } from "./ui/on-demand.ts";

/**
 * A page's address, and its script.
 * @param ahead asks for what else it needs, as soon as the address is known
 */
function page<const Path extends string, Component>(
  path: Path,
  load: () => Promise<{ readonly default: Component }>,
  ahead?: (address: URL) => void,
) {
  return { path, script: onDemand(async () => (await load()).default), ahead };
}

/** Every page of the site, in the order in which an address is looked for. */
export const pages = {
  home: page("/", () => import("./home/page.tsx")),
  watch: page("/watch", () => import("./watch/page.tsx")),
  watchRoom: page("/watch/:id", () => import("./watch/room-page.tsx")),
  matchModeration: page("/match/moderation", () => import("./match/moderation-page.tsx")),
  match: page("/match/:part?", () => import("./match/page.tsx")),
  signIn: page("/sign-in", () => import("./identity/sign-in-page.tsx")),
  signUp: page("/sign-up", () => import("./identity/sign-up-page.tsx")),
  forgotPassword: page("/forgot-password", () => import("./identity/forgot-page.tsx")),
  resetPassword: page("/reset-password", () => import("./identity/reset-page.tsx")),
  verifyEmail: page("/verify-email", () => import("./identity/verify-page.tsx")),
  account: page("/account", () => import("./identity/account-page.tsx")),
  organization: page("/organization/:id", () => import("./identity/organization-page.tsx")),
  invitation: page("/invitation/:id", () => import("./identity/invitation-page.tsx")),
  games: page("/analytics", () => import("./analytics/games-page.tsx")),
  game: page("/analytics/:id/:part?", () => import("./analytics/game-page.tsx"), gameAhead),
  ops: page("/ops", () => import("./ops/page.tsx")),
  docs: page("/docs", () => import("./docs/page.tsx")),
  cost: page("/cost", () => import("./cost/page.tsx")),
  notFound: page("/*", () => import("./not-found/page.tsx")),
};

/**
 * Begins with what an address will need, while the script that draws pages is still on its way. What
 * fails here is met, and told of, where it is needed.
 */
export function startAhead(address: URL): void {
  const here = Object.values(pages).find(({ path }) => matches(path, address.pathname));
  // Answers first: they take longest, and a browser may have few connections to share.
  here?.ahead?.(address);
  here?.script.load().catch(() => {});
}

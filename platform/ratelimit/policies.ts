/** One named limit. Every route says which one it falls under. */
export interface RateLimitPolicy {
  /**
   * `sliding_window` is exact, and a request is billed as four commands of Redis. `fixed_window` is
   * billed as two, and lets a caller do twice the limit around the moment at which one window ends
   * and the next begins. `isolate_window` asks nobody: each isolate counts what reaches it.
   */
  readonly algorithm: "sliding_window" | "fixed_window" | "isolate_window";
  /** Requests allowed in one window. */
  readonly limit: number;
  readonly window_s: number;
  /**
   * Whose requests are counted together: those from one address, those about one account, or those
   * of one caller, who is an API key, a person who is signed in, or else an address.
   */
  readonly key: "ip" | "account" | "caller";
  /** With Redis down: `open` lets requests pass uncounted, `closed` refuses them with 503. */
  readonly whenRedisFails: "open" | "closed";
  /** How long a request waits for Redis before Redis counts as down; 0 where it is not asked. */
  readonly timeout_ms: number;
}

/**
 * All limits. Limits of cheap reads fail open, because a site that works uncounted is better than
 * one that does not work. What leaves a row behind for good fails closed. What people do often is
 * counted in fixed windows: counting is most of what it is billed for (`docs/savings.md`).
 */
export const rateLimitPolicies = {
  /** Whatever has no tighter limit. */
  anonymous: {
    algorithm: "fixed_window",
    limit: 100,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Whoever says who they are. Addresses that do not are held to `anonymous` here too. */
  signed_in: {
    algorithm: "fixed_window",
    limit: 600,
    window_s: 60,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /**
   * The clock. It is told from memory, so that to count a request in Redis would cost more than to
   * answer it, a refused one too. Everybody in an office who watches may ask.
   */
  time: {
    algorithm: "isolate_window",
    limit: 600,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 0,
  },
  /** Byte ranges of clips: a player asks for several with each seek. */
  media: {
    algorithm: "fixed_window",
    limit: 300,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 300,
  },
  /** Looks at everything the Worker stands on, and wakes what sleeps. Open: it must tell of a dead Redis. */
  ready: {
    algorithm: "sliding_window",
    limit: 10,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Sockets, counted after their token held. Open: after a deploy everybody comes back at once. */
  sockets: {
    algorithm: "fixed_window",
    limit: 120,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** New rooms: each is a row that stays. */
  watch_create: {
    algorithm: "sliding_window",
    limit: 20,
    window_s: 60,
    key: "ip",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** The public list of rooms: a page costs a script in Redis, and Postgres only without it. */
  watch_list: {
    algorithm: "fixed_window",
    limit: 60,
    window_s: 60,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Joins; each ends in a socket that is counted again. A class or an office shares one address. */
  watch_join: {
    algorithm: "fixed_window",
    limit: 240,
    window_s: 60,
    key: "ip",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Passwords of one room tried from one address, the right ones too. Closed, as all guessing is. */
  watch_password: {
    algorithm: "sliding_window",
    limit: 20,
    window_s: 60,
    key: "account",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Passwords of one room tried by anybody, from however many addresses. */
  watch_password_room: {
    algorithm: "sliding_window",
    limit: 300,
    window_s: 60,
    key: "account",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Changes to a room, its end, and invites: each asks the room who the caller is. */
  watch_change: {
    algorithm: "sliding_window",
    limit: 30,
    window_s: 60,
    key: "caller",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Statistics of one room, which wake it. */
  watch_stats: {
    algorithm: "sliding_window",
    limit: 30,
    window_s: 60,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Reports of drift. A page sends one as it closes; an office may share one address. */
  watch_report: {
    algorithm: "sliding_window",
    limit: 120,
    window_s: 60,
    key: "ip",
    whenRedisFails: "closed",
    timeout_ms: 500,
  },
  /** Passwords that somebody tries. Closed: uncounted guessing is worse than no sign-in for a while. */
  sign_in: {
    algorithm: "sliding_window",
    limit: 20,
    window_s: 60,
    key: "ip",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Passwords tried on one account, wherever they come from. */
  sign_in_account: {
    algorithm: "sliding_window",
    limit: 30,
    window_s: 900,
    key: "account",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** New accounts and guests: each is a row that stays. An office may share one address. */
  sign_up: {
    algorithm: "sliding_window",
    limit: 30,
    window_s: 3_600,
    key: "ip",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Mails to one address, so that nobody's mailbox is filled. */
  mail: {
    algorithm: "sliding_window",
    limit: 5,
    window_s: 3_600,
    key: "account",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Whatever an account makes: keys, organizations, invitations. */
  account_write: {
    algorithm: "sliding_window",
    limit: 60,
    window_s: 60,
    key: "caller",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Everything about one person at once. */
  account_export: {
    algorithm: "sliding_window",
    limit: 10,
    window_s: 600,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** The way into a lobby of match; each ends in a socket that is counted again. */
  match_lobby: {
    algorithm: "fixed_window",
    limit: 30,
    window_s: 60,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Pictures: each is a write to the object store. */
  match_picture: {
    algorithm: "sliding_window",
    limit: 20,
    window_s: 3_600,
    key: "caller",
    whenRedisFails: "closed",
    timeout_ms: 1_000,
  },
  /** Reports that somebody has to read. Open: whoever is harassed must get through. */
  match_report: {
    algorithm: "sliding_window",
    limit: 30,
    window_s: 3_600,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
  /** Blocks, which lobbies are told of. Open, for the same reason. */
  match_block: {
    algorithm: "sliding_window",
    limit: 60,
    window_s: 60,
    key: "caller",
    whenRedisFails: "open",
    timeout_ms: 500,
  },
} as const satisfies Record<string, RateLimitPolicy>;

export type RateLimitPolicyName = keyof typeof rateLimitPolicies;

/** Other numbers for some policies, as configuration may set them. */
export type RateLimitOverrides = Partial<
  Record<RateLimitPolicyName, Pick<RateLimitPolicy, "limit" | "window_s">>
>;

export function isRateLimitPolicyName(name: string): name is RateLimitPolicyName {
  return Object.hasOwn(rateLimitPolicies, name);
}

/** A policy with its configured numbers, if configuration names it. */
export function policyOf(
  name: RateLimitPolicyName,
  overrides: RateLimitOverrides,
): RateLimitPolicy {
  return { ...rateLimitPolicies[name], ...overrides[name] };
}

const override = /^([a-z_]+)=([1-9][0-9]{0,8})\/([1-9][0-9]{0,5})$/;

/**
 * Reads overrides such as `anonymous=1000/60,watch_create=50/60`: policy, limit, window in seconds.
 * @returns the overrides, or a sentence that says what is wrong
 */
export function parseRateLimits(text: string): RateLimitOverrides | string {
  const overrides: RateLimitOverrides = {};
  for (const part of text.split(",").map((piece) => piece.trim())) {
    if (part === "") continue;
    const [, name = "", limit, window_s] = override.exec(part) ?? [];
    if (!isRateLimitPolicyName(name))
      return `each limit must read <policy>=<limit>/<seconds>, with one of the policies ${Object.keys(rateLimitPolicies).join(", ")}`;
    overrides[name] = { limit: Number(limit), window_s: Number(window_s) };
  }
  return overrides;
}

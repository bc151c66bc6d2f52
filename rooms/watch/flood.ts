import type { WatchUp } from "../../protocol/watch/up.ts";
import { type PaceKind, paces } from "./limits.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";

/** Which flood limit a message falls under; null for those that the socket's own limit is enough for. */
const kindOf: Readonly<Record<WatchUp["type"], PaceKind | null>> = {
  hello: null,
  clock: null,
  bye: null,
  ready: "control",
  ended: "control",
  play: "control",
  pause: "control",
  seek: "control",
  rate: "control",
  next: "control",
  skip: "queue",
  queue_add: "queue",
  queue_remove: "queue",
  queue_move: "queue",
  queue_vote: "queue",
  history_clear: "queue",
  say: "chat",
  react: "light",
  typing: "light",
  delete: "manage",
  kick: "manage",
  ban: "manage",
  unban: "manage",
  lock: "manage",
  set_role: "manage",
  hand_over: "manage",
  set_permissions: "manage",
  set_options: "manage",
};

/**
 * Takes one message from a member's allowance of its kind, over all tabs (the generic cell rate
 * algorithm, ITU-T I.371: one moment says all that a bucket would).
 * @returns false when it was too much; its sender has been told, but for what nobody misses
 */
export function withinPace(turn: Turn, speaker: Speaker, type: WatchUp["type"]): boolean {
  const kind = kindOf[type];
  if (kind === null) return true;
  const { per_s, burst } = paces[kind];
  const own = turn.fleeting.paces.get(speaker.member.id);
  const every_ms = 1000 / per_s;
  const due_ms = Math.max(own?.[kind] ?? 0, turn.now_ms);
  const early_ms = due_ms - turn.now_ms - (burst - 1) * every_ms;
  if (early_ms <= 0) {
    const paces = new Map(turn.fleeting.paces);
    paces.set(speaker.member.id, { ...own, [kind]: due_ms + every_ms });
    turn.note({ paces });
    return true;
  }
  turn.count("watch_flood");
  if (kind !== "light") {
    const retryAfter_ms = Math.ceil(early_ms);
    const more = { about: type, retryAfter_ms };
    refuse(turn, speaker, "rate_limited", "That was too fast; it was not taken.", more);
  }
  return false;
}

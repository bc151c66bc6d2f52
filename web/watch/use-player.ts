import { type RefObject, useEffect, useRef, useState } from "react";
import type { Source } from "../../protocol/watch/source.ts";
import { initialPlayer, Player, type PlayerSnapshot } from "./player.ts";
import { makePlayer } from "./players/make-player.ts";
import { playSourceOf } from "./players/play-source.ts";
import type { MediaPlayer } from "./players/player.ts";
import { browserRuntime } from "./runtime.ts";
import type { WatchSession } from "./session.ts";
import type { Skill } from "./sync.ts";

/** What a page does with its player. */
export interface PlayerControl {
  readonly player: Player;
  readonly media: MediaPlayer;
}

/**
 * Shows a source in an element of the page, and makes it follow the session for as long as both are
 * there. A source that changes gets a new player.
 * @param host the player fills it
 * @param source what is being shown; undefined while nothing is
 * @param itemId of the queue's item: the same source twice in a row is played twice
 */
export function usePlayer(
  host: RefObject<HTMLElement | null>,
  source: Source | undefined,
  itemId: string | undefined,
  session: WatchSession,
): [PlayerSnapshot, RefObject<PlayerControl | null>] {
  const [snapshot, setSnapshot] = useState(initialPlayer);
  const control = useRef<PlayerControl>(null);
  const skill = useRef<Skill>(undefined);
  // Items are replaced whenever a vote changes one; what is played is told by what is in them.
  const played = source && JSON.stringify(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another item is another showing
  useEffect(() => {
    const wanted = played && playSourceOf(JSON.parse(played) as Source);
    if (host.current === null || !wanted) return;
    const media = makePlayer(host.current, wanted);
    const leader = {
      anchor: () => session.snapshot().anchor,
      serverNow_ms: () => session.serverNow_ms(),
    };
    const player = new Player({
      media,
      leader,
      runtime: browserRuntime,
      onLook: session.followed,
      onChange: setSnapshot,
      skill: skill.current,
    });
    control.current = { player, media };
    const unsubscribe = session.subscribe(player.look);
    return () => {
      unsubscribe();
      skill.current = player.skill;
      player.stop();
      media.dispose();
      control.current = null;
      setSnapshot(initialPlayer);
    };
  }, [host, played, itemId, session]);
  return [snapshot, control];
}

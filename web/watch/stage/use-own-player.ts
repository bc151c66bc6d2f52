import { type RefObject, useEffect, useState } from "react";
import type { PlaySource } from "../players/source.ts";
import type { PlayerControl } from "../use-player.ts";
import { keepPreferences, keptPreferences, subtitlesFor } from "./preferences.ts";

/**
 * What a viewer sets for themselves alone, and finds again with the next video and the next visit.
 * @param loaded whether the player is there; it is told what was chosen as soon as it is
 */
export function useOwnPlayer(
  control: RefObject<PlayerControl | null>,
  source: PlaySource | undefined,
  loaded: boolean,
) {
  const [preferences, setPreferences] = useState(keptPreferences);
  const subtitles = source?.kind === "file" ? source.subtitles : [];
  const shown = subtitlesFor(subtitles, preferences.subtitles);
  const change = (part: Partial<typeof preferences>) => {
    const next = { ...preferences, ...part };
    setPreferences(next);
    keepPreferences(next);
  };
  const { volume } = preferences;
  useEffect(() => {
    if (!loaded) return;
    control.current?.player.setVolume(volume);
    control.current?.media.showSubtitles(shown);
  }, [control, loaded, volume, shown]);
  return {
    subtitles,
    shown,
    showSubtitles: (index: number | null) =>
      change({ subtitles: index === null ? null : (subtitles[index]?.lang ?? null) }),
    setVolume: (wanted: number) => {
      const next = Math.min(Math.max(0, wanted), 1);
      change({ volume: next });
      control.current?.player.setMuted(next === 0);
    },
  };
}

import { type RefObject, useMemo, useRef, useState } from "react";
import { defaultPermissions, mayDo } from "../../protocol/watch/permissions.ts";
import { currentOf } from "../../protocol/watch/queue.ts";
import { durationOf_ms } from "../../protocol/watch/source-facts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useToast } from "../ui/toast.tsx";
import type { Command } from "./commands.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { Controls, type Motion } from "./controls.tsx";
import { useFullscreen } from "./fullscreen.ts";
import { useMediaKeys } from "./media-keys.ts";
import { Overlay } from "./overlay.tsx";
import type { PlayerSnapshot } from "./player.ts";
import { playSourceOf } from "./players/play-source.ts";
import type { RoomSnapshot, WatchSession } from "./session.ts";
import { ShortcutList, useShortcuts } from "./shortcuts.tsx";
import { GateNotice } from "./stage/gate-notice.tsx";
import { PlayerSettings } from "./stage/player-settings.tsx";
import { FloatingReactions } from "./stage/reactions.tsx";
import { useOwnPlayer } from "./stage/use-own-player.ts";
import type { PlayerControl } from "./use-player.ts";

/** So close to its end a video counts as over. */
const end_ms = 60;

type StageProps = {
  title: string;
  session: WatchSession;
  snapshot: RoomSnapshot;
  /** The player fills it. */
  host: RefObject<HTMLDivElement | null>;
  player: PlayerSnapshot;
  control: RefObject<PlayerControl | null>;
  onWrite: () => void;
};

/** The picture and its controls. What a person does here goes to the room and comes back to all. */
export function Stage(props: StageProps) {
  const { title, session, snapshot, host, player, control, onWrite } = props;
  const stage = useRef<HTMLElement>(null);
  const [fullscreen, toggleFullscreen] = useFullscreen(stage);
  const [open, setOpen] = useState<"help" | "settings" | null>(null);
  const toast = useToast();
  const { anchor, connection, intent, queue, role, options, members, memberId } = snapshot;
  const source = currentOf(queue)?.source;
  // Items are replaced whenever a vote changes one; the same video stays the same.
  const told = JSON.stringify(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is told is the source
  const playable = useMemo(() => source && playSourceOf(source), [told]);
  const own = useOwnPlayer(control, playable, player.duration_ms > 0);
  const mayControl =
    role !== null && mayDo(role, "control", options?.permissions ?? defaultPermissions);
  const duration_ms = player.duration_ms || (source && durationOf_ms(source)) || 0;
  // The controls show what the person wants at once; the picture follows when the room says so.
  const position_ms = intent.position_ms ?? player.position_ms;
  const motion = motionOf(intent.playing ?? anchor?.playing ?? false, position_ms, duration_ms);
  const rate = intent.rate ?? anchor?.rate ?? 1;

  const tell = (command: Command) => {
    if (!mayControl) toast("Only those whom the host lets may control the video.");
    else if (!session.command(command)) toast("Not connected: the others would not see that.");
  };
  const seek = (to_ms: number) =>
    tell({ type: "seek", position_ms: Math.min(Math.max(0, to_ms), duration_ms) });
  const pause = () => {
    const heard = connection.kind === "online" && mayControl;
    const stopped_ms = heard ? control.current?.player.pauseNow() : undefined;
    tell({ type: "pause", position_ms: intent.position_ms ?? stopped_ms ?? position_ms });
  };
  const play = () => tell(motion === "over" ? { type: "play", position_ms: 0 } : { type: "play" });
  const togglePlay = () => (motion === "playing" ? pause() : play());
  const toggleMuted = () => control.current?.player.setMuted(!player.muted);
  const skip = (by_ms: number) => seek(position_ms + by_ms);
  const changeVolume = (by: number) => own.setVolume((player.muted ? 0 : player.volume) + by);
  const toggleSubtitles = () => own.showSubtitles(own.shown === null ? 0 : null);
  useMediaKeys(title, { play, pause });
  useShortcuts({
    togglePlay,
    skip,
    toggleMuted,
    changeVolume,
    toggleSubtitles,
    toggleFullscreen,
    writeMessage: onWrite,
    showHelp: () => setOpen("help"),
  });

  return (
    <section
      ref={stage}
      aria-label="Player"
      className="flex flex-col overflow-hidden rounded-card border border-line bg-surface text-ink scheme-dark shadow-card"
    >
      <div className="relative grid aspect-video min-h-0 flex-1 bg-screen">
        <div ref={host} className="absolute inset-0" />
        {/* Over an embedded player too, whose own clicks the room would not hear of. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a convenience for the mouse; the button and the keys say the same */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the page's shortcuts have the keys */}
        <div className="absolute inset-0" onClick={togglePlay} />
        <FloatingReactions reactions={snapshot.reactions} />
        <GateNotice waitingFor={snapshot.waitingFor} members={members} memberId={memberId} />
        <Overlay
          player={player}
          onAllow={() => control.current?.player.allowPlayback()}
          onReload={() => control.current?.player.reload()}
        />
        <ConnectionNotice state={connection} onRetry={() => session.retry()} />
      </div>
      <Controls
        position_ms={position_ms}
        muted={player.muted}
        volume={player.volume}
        duration_ms={duration_ms}
        motion={motion}
        rate={rate}
        mayControl={mayControl}
        fullscreen={fullscreen}
        onTogglePlay={togglePlay}
        onSeek={seek}
        onToggleMuted={toggleMuted}
        onVolume={own.setVolume}
        onReact={(emoji) => session.tell({ type: "react", emoji })}
        onSettings={() => setOpen("settings")}
        onHelp={() => setOpen("help")}
        onToggleFullscreen={toggleFullscreen}
      />
      <PlayerSettings
        open={open === "settings"}
        onClose={() => setOpen(null)}
        rate={rate}
        mayControl={mayControl}
        subtitles={own.subtitles}
        shown={own.shown}
        ownCaptions={playable?.kind === "youtube"}
        onRate={(wanted) => tell({ type: "rate", rate: wanted })}
        onSubtitles={own.showSubtitles}
      />
      <Dialog open={open === "help"} title="Keyboard shortcuts" onClose={() => setOpen(null)}>
        <ShortcutList />
      </Dialog>
    </section>
  );
}

/** What the video does, as a person would say it. */
export function motionOf(playing: boolean, position_ms: number, duration_ms: number): Motion {
  if (duration_ms > 0 && position_ms >= duration_ms - end_ms) return "over";
  return playing ? "playing" : "paused";
}

import { type RefObject, useRef } from "react";
import type { WatchRoom } from "../../protocol/watch/rest.ts";
import { useToast } from "../ui/toast.tsx";
import type { Command } from "./commands.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { Controls, type Motion } from "./controls.tsx";
import { useFullscreen } from "./fullscreen.ts";
import { useMediaKeys } from "./media-keys.ts";
import { Overlay } from "./overlay.tsx";
import type { Player, PlayerSnapshot } from "./player.ts";
import type { RoomSnapshot, WatchSession } from "./session.ts";
import { useShortcuts } from "./shortcuts.tsx";

/** So close to its end a video counts as over. */
const end_ms = 60;

type StageProps = {
  room: WatchRoom;
  session: WatchSession;
  snapshot: RoomSnapshot;
  video: RefObject<HTMLVideoElement | null>;
  player: PlayerSnapshot;
  control: RefObject<Player | null>;
};

/** The picture and its controls. What a person does here goes to the room and comes back to all. */
export function Stage({ room, session, snapshot, video, player, control }: StageProps) {
  const stage = useRef<HTMLElement>(null);
  const [fullscreen, toggleFullscreen] = useFullscreen(stage);
  const toast = useToast();
  const { anchor, connection, intent } = snapshot;
  const duration_ms = player.duration_ms || room.media.duration_ms;
  // The controls show what the person wants at once; the picture follows when the room says so.
  const position_ms = intent.position_ms ?? player.position_ms;
  const motion = motionOf(intent.playing ?? anchor?.playing ?? false, position_ms, duration_ms);

  const tell = (command: Command) => {
    if (!session.command(command)) toast("Not connected: the others would not see that.");
  };
  const seek = (to_ms: number) =>
    tell({ type: "seek", position_ms: Math.min(Math.max(0, to_ms), duration_ms) });
  const pause = () => {
    const stopped_ms = connection.kind === "online" ? control.current?.pauseNow() : undefined;
    tell({ type: "pause", position_ms: intent.position_ms ?? stopped_ms ?? position_ms });
  };
  const play = () => tell(motion === "over" ? { type: "play", position_ms: 0 } : { type: "play" });
  const togglePlay = () => (motion === "playing" ? pause() : play());
  const toggleMuted = () => control.current?.setMuted(!player.muted);
  const skip = (by_ms: number) => seek(position_ms + by_ms);
  useMediaKeys(room.title, { play, pause });
  useShortcuts({ togglePlay, skip, toggleMuted, toggleFullscreen });

  return (
    <section
      ref={stage}
      aria-label="Player"
      className="flex flex-col overflow-hidden rounded-card border border-line bg-surface text-ink scheme-dark shadow-card"
    >
      <div className="relative grid aspect-video min-h-0 flex-1 bg-screen">
        {/* biome-ignore lint/a11y/useMediaCaption: the clips carry no speech; their time is in the picture */}
        <video
          ref={video}
          src={room.media.url}
          aria-label={room.media.title}
          className="absolute inset-0 size-full object-contain"
          preload="auto"
          playsInline
          onClick={togglePlay}
        />
        <Overlay
          player={player}
          onAllow={() => control.current?.allowPlayback()}
          onReload={() => control.current?.reload()}
        />
        <ConnectionNotice state={connection} onRetry={() => session.retry()} />
      </div>
      <Controls
        position_ms={position_ms}
        muted={player.muted}
        duration_ms={duration_ms}
        motion={motion}
        fullscreen={fullscreen}
        onTogglePlay={togglePlay}
        onSeek={seek}
        onToggleMuted={toggleMuted}
        onToggleFullscreen={toggleFullscreen}
      />
    </section>
  );
}

/** What the video does, as a person would say it. */
export function motionOf(playing: boolean, position_ms: number, duration_ms: number): Motion {
  if (duration_ms > 0 && position_ms >= duration_ms - end_ms) return "over";
  return playing ? "playing" : "paused";
}

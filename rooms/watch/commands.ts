import type { WatchUp } from "../../protocol/watch/up.ts";
import { durationNow_ms, isRunning, positionNow_ms, setAnchor, start, stop } from "./playback.ts";
import { allowed } from "./roles.ts";
import { refuse, type Speaker, type Turn } from "./turn.ts";

/** A message that moves the video. */
export type Command = Extract<WatchUp, { type: "play" | "pause" | "seek" | "rate" }>;

/** Does what a command says, if its sender may and saw how things stand. */
export function command(turn: Turn, speaker: Speaker, message: Command): void {
  if (!allowed(turn, speaker, "control", message.type)) return;
  if (message.seq !== turn.kept.anchor.seq) {
    refuseStale(turn, speaker, message.type);
    return;
  }
  turn.count("watch_command");
  const by = speaker.member.id;
  switch (message.type) {
    case "play":
      play(turn, message.position_ms, by);
      return;
    case "pause":
      stop(turn, within(turn, message.position_ms ?? positionNow_ms(turn.kept, turn.now_ms)), by);
      return;
    case "seek":
      seek(turn, within(turn, message.position_ms), by);
      return;
    case "rate":
      rate(turn, message.rate, by);
      return;
  }
}

/** Tells a speaker alone that somebody was faster, and where things stand. */
export function refuseStale(turn: Turn, speaker: Speaker, about: string): void {
  const { anchor } = turn.kept;
  turn.count("watch_command_stale");
  const message = "Somebody else was faster; here is where the video stands.";
  refuse(turn, speaker, "stale_command", message, { about });
  const { connectionId } = speaker.peer;
  turn.send(connectionId, { type: "anchor", anchor, by: null, server_ms: turn.now_ms });
}

function play(turn: Turn, wanted_ms: number | undefined, by: string): void {
  const { kept, now_ms } = turn;
  const standing_ms = positionNow_ms(kept, now_ms);
  const over = standing_ms >= durationNow_ms(kept);
  // It runs already: to start anew would only hold it up.
  if (kept.anchor.playing && wanted_ms === undefined && !over) {
    setAnchor(turn, {}, by);
    return;
  }
  // At the end it starts over, as a video element does.
  const position_ms = wanted_ms === undefined ? (over ? 0 : standing_ms) : within(turn, wanted_ms);
  // Whoever plays a second time does not want to wait for the others.
  start(turn, { position_ms }, by, kept.gate === null ? "if the room has one" : "open");
}

function seek(turn: Turn, position_ms: number, by: string): void {
  if (isRunning(turn.kept)) start(turn, { position_ms }, by, "if the room has one");
  else stop(turn, position_ms, by);
}

function rate(turn: Turn, rate: number, by: string): void {
  const { kept, now_ms } = turn;
  const { anchor, gate } = kept;
  if (gate !== null) {
    setAnchor(turn, { rate }, by, { gate, waitingFor: [...(anchor.waitingFor ?? [])] });
    return;
  }
  // A start that lies ahead stays where it is.
  const anchorServer_ms = Math.max(now_ms, anchor.anchorServer_ms);
  setAnchor(turn, { rate, position_ms: positionNow_ms(kept, now_ms), anchorServer_ms }, by);
}

function within(turn: Turn, position_ms: number): number {
  return Math.min(position_ms, durationNow_ms(turn.kept));
}

import { expect, it } from "vitest";
import type { Anchor } from "../../protocol/watch/anchor.ts";
import {
  answered,
  type Command,
  type Commands,
  give,
  intentOf,
  isGranted,
  noCommands,
} from "./commands.ts";

const play: Command = { type: "play" };
const pause: Command = { type: "pause", position_ms: 7_000 };
const seek = (position_ms: number): Command => ({ type: "seek", position_ms });

/** Gives all commands before the room answers any, then lets it answer until it has nothing to do. */
function sentOf(given: readonly Command[]): (Command | null)[] {
  let commands: Commands = noCommands;
  const sent: (Command | null)[] = [];
  for (const command of given) {
    const step = give(commands, command);
    commands = step.commands;
    if (step.send !== null) sent.push(step.send);
  }
  while (commands.sent !== null) {
    const step = answered(commands);
    commands = step.commands;
    if (step.send !== null) sent.push(step.send);
  }
  return sent;
}

it("a lone command is sent at once", () => {
  expect(give(noCommands, play)).toEqual({ commands: { sent: play, waiting: [] }, send: play });
});

it("a command given before the room has answered follows the first, in order", () => {
  expect(sentOf([seek(5_000), play])).toEqual([seek(5_000), play]);
});

it("of several seeks given meanwhile only the last is sent", () => {
  expect(sentOf([seek(5_000), seek(10_000), seek(15_000)])).toEqual([seek(5_000), seek(15_000)]);
});

it("play and pause given meanwhile come to what was wanted last", () => {
  expect(sentOf([play, pause, play])).toEqual([play, play]);
});

it("never are more than four kept waiting", () => {
  const many = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? seek(index) : play));
  expect(sentOf(many)).toHaveLength(5);
});

it("the intent is what will be once everything is done", () => {
  expect(intentOf(noCommands)).toEqual({ playing: null, position_ms: null, rate: null });
  expect(intentOf({ sent: seek(5_000), waiting: [play] })).toEqual({
    playing: true,
    position_ms: 5_000,
    rate: null,
  });
  expect(intentOf({ sent: play, waiting: [pause] })).toEqual({
    playing: false,
    position_ms: 7_000,
    rate: null,
  });
});

it("a speed given meanwhile replaces an earlier one, and nothing else", () => {
  const rate = (value: number): Command => ({ type: "rate", rate: value });
  expect(sentOf([play, rate(1.5), rate(2), seek(1_000)])).toEqual([play, rate(2), seek(1_000)]);
  expect(intentOf({ sent: rate(2), waiting: [play] })).toEqual({
    playing: true,
    position_ms: null,
    rate: 2,
  });
});

it("a refused command is no news when somebody else just did the same", () => {
  const anchor: Anchor = {
    itemId: "i1",
    position_ms: 6_900,
    anchorServer_ms: 0,
    rate: 1,
    playing: false,
    seq: 4,
  };
  const wanted = (command: Command) => intentOf({ sent: command, waiting: [] });
  expect(isGranted(wanted(pause), anchor)).toBe(true);
  expect(isGranted(wanted(play), anchor)).toBe(false);
  expect(isGranted(wanted(play), { ...anchor, playing: true })).toBe(true);
  expect(isGranted(wanted(seek(7_000)), anchor)).toBe(false);
  expect(isGranted(wanted({ type: "rate", rate: 2 }), anchor)).toBe(false);
});

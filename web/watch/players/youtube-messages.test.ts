import { describe, expect, test } from "vitest";
import {
  youtubeAddress,
  youtubeCommand,
  youtubeFailure,
  youtubeMessageOf,
} from "./youtube-messages.ts";
import { nearestOf } from "./youtube-player.ts";

describe("a message from the embedded player", () => {
  test("tells what the player knows, and what else it says is left out", () => {
    const info = {
      currentTime: 12.5,
      playerState: 1,
      currentTimeLastUpdated_: 17e8,
      sphericalProperties: {},
    };
    expect(youtubeMessageOf(JSON.stringify({ event: "infoDelivery", info, id: 1 }))).toEqual({
      event: "infoDelivery",
      info: { currentTime: 12.5, playerState: 1 },
    });
  });

  test.each([
    ["not text", { event: "onReady" }],
    ["not JSON", "{event"],
    ["a number", "7"],
    ["of an event that matters to nobody", '{"event":"apiInfoDelivery","info":{}}'],
    ["with a time that cannot be", '{"event":"infoDelivery","info":{"currentTime":"soon"}}'],
    ["with a negative length", '{"event":"initialDelivery","info":{"duration":-1}}'],
    ["with an error that is no number", '{"event":"onError","info":"bad"}'],
  ])("%s is passed over", (_what, data) => {
    expect(youtubeMessageOf(data)).toBeUndefined();
  });
});

test("a command names the function and its arguments", () => {
  expect(JSON.parse(youtubeCommand("seekTo", [12.5, true]))).toMatchObject({
    event: "command",
    func: "seekTo",
    args: [12.5, true],
  });
});

test("the frame's address cannot be bent by an id, and names this page as the one to answer to", () => {
  const address = new URL(youtubeAddress("../evil?x=1", "https://offrail.example"));
  expect(address.origin).toBe("https://www.youtube-nocookie.com");
  expect(address.pathname).toBe("/embed/..%2Fevil%3Fx%3D1");
  expect(address.searchParams.get("origin")).toBe("https://offrail.example");
});

test.each([
  [2, "missing"],
  [5, "unsupported"],
  [100, "missing"],
  [101, "not_embeddable"],
  [150, "not_embeddable"],
  [153, "not_embeddable"],
])("error %i means %s", (code, failure) => {
  expect(youtubeFailure(code)).toBe(failure);
});

test("a speed between two steps becomes the nearer one", () => {
  const rates = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
  expect(nearestOf(rates, 1.05)).toBe(1);
  expect(nearestOf(rates, 4)).toBe(2);
  expect(nearestOf([], 1.3)).toBe(1);
});

import { expect, test } from "vitest";
import { failureOf } from "./video-player.ts";

test.each([
  [2, "network", "unreachable"],
  [3, "PIPELINE_ERROR_DECODE", "unsupported"],
  [4, "404: Not Found", "unreachable"],
  [4, "", "unreachable"],
  [4, "DEMUXER_ERROR_NO_SUPPORTED_STREAMS: FFmpegDemuxer", "unsupported"],
  [4, "MEDIA_ELEMENT_ERROR: Format error", "unsupported"],
])("a video's error %i with the words %j means %s", (code, message, failure) => {
  expect(failureOf({ code, message })).toBe(failure);
});

test("a video without an error has not failed", () => {
  expect(failureOf(null)).toBeNull();
});

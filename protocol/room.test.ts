import { expect, test } from "vitest";
import { batch_max, messagesIn } from "./room.ts";

test("a frame is one message, or a batch of several in their order", () => {
  expect(messagesIn({ type: "anchor" })).toEqual([{ type: "anchor" }]);
  const messages = [{ type: "chat" }, { type: "members" }];
  expect(messagesIn({ type: "batch", messages })).toEqual(messages);
});

test("what is no batch after all is handed on as it is, for the reader to refuse", () => {
  for (const frame of [
    undefined,
    null,
    7,
    { type: "batch" },
    { type: "batch", messages: [] },
    { type: "batch", messages: Array(batch_max + 1).fill(1) },
  ])
    expect(messagesIn(frame)).toEqual([frame]);
});

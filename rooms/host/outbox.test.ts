import { expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { batch_max, batchSchema, messagesIn } from "../../protocol/room.ts";
import { Outbox } from "./outbox.ts";

/** Sockets that keep their frames, and a clock that tests move. */
function house(...ids: string[]) {
  const frames = new Map(ids.map((id): [string, string[]] => [id, []]));
  const later: (() => void)[] = [];
  const outbox = new Outbox({
    sockets: () => frames.keys(),
    send: (id, text) => frames.get(id)?.push(text),
    after: (_delay_ms, act) => void later.push(act),
  });
  const pass = () => {
    for (const act of later.splice(0)) act();
  };
  const heard = (id: string) =>
    (frames.get(id) ?? []).map((text) => messagesIn(JSON.parse(text)).join(" "));
  const join = (id: string) => {
    frames.set(id, []);
    outbox.joined(id);
  };
  return { outbox, frames, pass, heard, join };
}

test("what comes within some milliseconds goes to each socket in one frame, in its order", () => {
  const { outbox, frames, pass, heard } = house("a", "b");
  for (const word of ["one", "two", "three"]) outbox.add(word, undefined, undefined);
  expect(heard("a")).toEqual([]);
  pass();
  expect(heard("a")).toEqual(["one two three"]);
  expect(heard("b")).toEqual(["one two three"]);
  const [frame] = frames.get("a") ?? [];
  expect(batchSchema.parse(JSON.parse(frame ?? "")).messages).toEqual(["one", "two", "three"]);
});

test("one message alone goes as it is", () => {
  const { outbox, frames, pass } = house("a");
  outbox.add({ type: "x" }, undefined, undefined);
  pass();
  expect(frames.get("a")).toEqual(['{"type":"x"}']);
});

test("whoever is sent something at once catches up first, and hears nothing twice", () => {
  const { outbox, pass, heard } = house("a", "b");
  outbox.add("one", undefined, undefined);
  outbox.catchUp("a");
  expect([heard("a"), heard("b")]).toEqual([["one"], []]);
  outbox.add("two", undefined, undefined);
  pass();
  expect([heard("a"), heard("b")]).toEqual([["one", "two"], ["one two"]]);
});

test("who joins in between is not told what was said before", () => {
  const { outbox, pass, heard, join } = house("a");
  outbox.add("one", undefined, undefined);
  join("b");
  outbox.add("two", undefined, undefined);
  pass();
  expect([heard("a"), heard("b")]).toEqual([["one two"], ["two"]]);
});

test("whoever is left out of one message gets the others", () => {
  const { outbox, pass, heard } = house("a", "b", "c");
  outbox.add("one", "a", undefined);
  outbox.add("two", "b", undefined);
  outbox.add("three", undefined, undefined);
  pass();
  expect([heard("a"), heard("b"), heard("c")]).toEqual([
    ["two three"],
    ["one three"],
    ["one two three"],
  ]);
});

test("of several under one key only the last goes out; who had an earlier one gets it too", () => {
  const { outbox, pass, heard } = house("a", "b");
  outbox.add("list 1", undefined, "list");
  outbox.catchUp("a");
  outbox.add("word", undefined, undefined);
  outbox.add("list 2", undefined, "list");
  pass();
  expect([heard("a"), heard("b")]).toEqual([["list 1", "word list 2"], ["word list 2"]]);
});

test("it holds no more than one frame may carry, in messages and in text", () => {
  const { outbox, heard } = house("a");
  for (let count = 0; count < batch_max; count += 1) outbox.add(count, undefined, undefined);
  expect(heard("a")).toHaveLength(1);
  outbox.add("x".repeat(70_000), undefined, undefined);
  expect(heard("a")).toHaveLength(2);
});

test("whatever interleaves, everybody hears what is theirs, once and in order", async () => {
  await forAll(200, (random) => {
    const ids = ["a", "b", "c"];
    const { outbox, pass, heard, frames } = house(...ids);
    const due = new Map(ids.map((id): [string, string[]] => [id, []]));
    for (let count = 0; count < 60; count += 1) {
      const id = random.pick(ids);
      const dice = random.next();
      if (dice < 0.6) {
        const except = random.next() < 0.3 ? id : undefined;
        outbox.add(`m${count}`, except, undefined);
        for (const [to, words] of due) if (to !== except) words.push(`m${count}`);
      } else if (dice < 0.8) {
        outbox.catchUp(id);
        frames.get(id)?.push(JSON.stringify(`now${count}`));
        due.get(id)?.push(`now${count}`);
      } else if (dice < 0.9) pass();
      else outbox.flush();
    }
    outbox.flush();
    for (const id of ids) expect(heard(id).join(" ")).toBe(due.get(id)?.join(" "));
  });
});

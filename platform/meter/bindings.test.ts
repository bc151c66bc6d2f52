import { describe, expect, test } from "vitest";
import { MemoryJobQueue } from "../jobs/testing/memory-queue.ts";
import { createMeter, type Meter } from "./meter.ts";
import { meterBucket } from "./objects.ts";
import { meterJobMessages, meterJobQueue } from "./queue.ts";
import { inScope, newScope } from "./scope.ts";

const fields: Record<string, number> = {};
const newMeter = (): Meter => {
  for (const name of Object.keys(fields)) delete fields[name];
  return createMeter({
    now_ms: () => 0,
    sleep: async () => {},
    writer: {
      write: async (batch) => {
        for (const [name, amount] of batch.fields) fields[name] = (fields[name] ?? 0) + amount;
        return undefined;
      },
    },
  });
};

describe("a queue", () => {
  test("counts a write for each message that was sent, and none for one that was not", async () => {
    const meter = newMeter();
    const inner = new MemoryJobQueue(() => 0);
    const queue = meterJobQueue(inner, meter);
    await queue.send("id-1", 5);
    await queue.sendMany(["id-2", "id-3"]);
    inner.down = true;
    await expect(queue.send("id-4", 0)).rejects.toThrow("down");
    await meter.flush();
    expect(inner.sent).toEqual(["id-1", "id-2", "id-3"]);
    expect(fields).toEqual({ "unit|jobs|queue_operations": 3 });
  });

  test("counts a read for each delivery and a delete for each that is settled", async () => {
    const meter = newMeter();
    const heard: string[] = [];
    const message = (body: string) => ({
      body,
      ack: () => void heard.push(`ack ${body}`),
      retry: ({ delaySeconds }: { delaySeconds: number }) =>
        void heard.push(`retry ${body} in ${delaySeconds}`),
    });
    const [first, second] = meterJobMessages([message("a"), message("b")], meter);
    first?.ack();
    second?.retry({ delaySeconds: 30 });
    await meter.flush();
    expect(heard).toEqual(["ack a", "retry b in 30"]);
    expect(fields).toEqual({ "unit|jobs|queue_operations": 3 });
  });
});

describe("a bucket", () => {
  /** As much of R2's binding as the wrapper touches; private state shows that `this` is right. */
  class Bucket {
    readonly #kept = new Map<string, string>();
    async put(key: string, value: string) {
      this.#kept.set(key, value);
    }
    async get(key: string) {
      return this.#kept.get(key) ?? null;
    }
    async head(key: string) {
      return this.#kept.has(key);
    }
    async list() {
      return [...this.#kept.keys()];
    }
    async delete(key: string) {
      this.#kept.delete(key);
    }
    async createMultipartUpload(key: string) {
      return {
        uploadPart: async (_number: number, text: string) => text.length,
        complete: async () => this.put(key, "whole"),
        abort: async () => {},
      };
    }
  }

  test("counts writes and reads as R2 bills them, on the account of who asked", async () => {
    const meter = newMeter();
    const bucket = meterBucket(new Bucket(), meter);
    await inScope(newScope("designs"), async () => {
      await bucket.put("a", "1");
      expect(await bucket.get("a")).toBe("1");
      expect(await bucket.head("b")).toBe(false);
      expect(await bucket.list()).toEqual(["a"]);
      await bucket.delete("a");
      const upload = await bucket.createMultipartUpload("c");
      expect(await upload.uploadPart(1, "part")).toBe(4);
      await upload.complete();
      await upload.abort();
    });
    await meter.flush();
    expect(fields).toEqual({
      // put, list, the upload's beginning, its part and its end; the inner put is the bucket's own.
      "unit|designs|object_writes": 5,
      "unit|designs|object_reads": 2,
    });
  });
});

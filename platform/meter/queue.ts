import type { JobMessage, JobQueue } from "../jobs/queue.ts";
import type { Meter } from "./meter.ts";

/** Counts what a queue's producer is billed: one write a message, each being far below 64 KB. */
export function meterJobQueue(queue: JobQueue, meter: Meter): JobQueue {
  return {
    send: async (id, delay_s) => {
      await queue.send(id, delay_s);
      meter.count("jobs", "queue_operations");
    },
    sendMany: async (ids) => {
      await queue.sendMany(ids);
      meter.count("jobs", "queue_operations", ids.length);
    },
  };
}

/** Counts what a queue's consumer is billed: a read for each delivery, a delete for each that is settled. */
export function meterJobMessages(
  messages: readonly JobMessage[],
  meter: Meter,
): readonly JobMessage[] {
  meter.count("jobs", "queue_operations", messages.length);
  return messages.map((message) => ({
    body: message.body,
    ack: () => {
      message.ack();
      meter.count("jobs", "queue_operations");
    },
    retry: (options) => message.retry(options),
  }));
}

import { jobIdSchema } from "../../protocol/jobs.ts";
import { queueDelay_s_max } from "./limits.ts";

/**
 * Carries ids of jobs to workers, at least once and in any order. What it loses the sweep sends
 * again; what it delivers twice is claimed once.
 */
export interface JobQueue {
  /** @param delay_s whole seconds, at most `queueDelay_s_max` */
  send(id: string, delay_s: number): Promise<void>;
  /** Sends several for now, at most 100. */
  sendMany(ids: readonly string[]): Promise<void>;
}

/** What this needs of a Cloudflare Queues producer binding. */
export interface QueueBinding {
  send(
    message: string,
    options: { readonly contentType: "text"; readonly delaySeconds: number },
  ): Promise<unknown>;
  sendBatch(
    messages: Iterable<{ readonly body: string; readonly contentType: "text" }>,
  ): Promise<unknown>;
}

/** Jobs over Cloudflare Queues. A message is the id as text: it must never hold more than that. */
export function cloudflareJobQueue(binding: QueueBinding): JobQueue {
  return {
    send: async (id, delay_s) => {
      const delaySeconds = Math.min(Math.max(0, Math.ceil(delay_s)), queueDelay_s_max);
      await binding.send(id, { contentType: "text", delaySeconds });
    },
    sendMany: async (ids) => {
      if (ids.length > 0)
        await binding.sendBatch(ids.map((body) => ({ body, contentType: "text" as const })));
    },
  };
}

/** One message as a consumer gets it; a message of Cloudflare Queues has this form. */
export interface JobMessage {
  readonly body: unknown;
  ack(): void;
  retry(options: { readonly delaySeconds: number }): void;
}

/** The id that a message carries, or undefined if it is not one of ours. */
export function idOfMessage({ body }: JobMessage): string | undefined {
  const parsed = jobIdSchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

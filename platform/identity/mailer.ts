import { z } from "zod";
import type { Redis } from "../redis/client.ts";

/** One mail to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text; what somebody is to open stands on a line of its own. */
  readonly text: string;
}

/** Sends mail, or keeps it. */
export interface Mailer {
  /** @throws Error that repeats neither the address nor the text when the mail was not taken */
  send(mail: Mail): Promise<void>;
}

const send_ms_max = 5_000;

/**
 * Gives mails to a service: `POST` of `{from, to, subject, text}` as JSON with a bearer token, which
 * is what Resend and others take as it is, and what a small relay of one's own can take.
 */
export function createHttpMailer(options: {
  readonly url: string;
  readonly token: string;
  readonly from: string;
}): Mailer {
  return {
    async send({ to, subject, text }) {
      const response = await fetch(options.url, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${options.token}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ from: options.from, to, subject, text }),
        redirect: "error",
        signal: AbortSignal.timeout(send_ms_max),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the mail service answered with ${response.status}`);
    },
  };
}

const keptKey = "mail:kept";
const kept_max = 50;
const kept_s = 86_400;

const keptMailSchema = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  sentAt: z.string(),
});
export type KeptMail = z.infer<typeof keptMailSchema>;

/** The stand-in of the local stack: nothing is sent, the newest mails are kept in Redis for a day. */
export function createKeptMailer(
  redis: Pick<Redis, "multi">,
  now_ms: () => number = Date.now,
): Mailer {
  return {
    async send({ to, subject, text }) {
      const sentAt = new Date(now_ms()).toISOString();
      const kept: KeptMail = { to, subject, text, sentAt };
      await redis
        .multi()
        .lpush(keptKey, JSON.stringify(kept))
        .ltrim(keptKey, 0, kept_max - 1)
        .expire(keptKey, kept_s)
        .exec();
    },
  };
}

/** The mails that the stand-in keeps, the newest first. */
export async function readKeptMails(redis: Pick<Redis, "lrange">): Promise<KeptMail[]> {
  const mails = await redis.lrange<unknown>(keptKey, 0, kept_max - 1);
  return mails.flatMap((mail) => keptMailSchema.safeParse(mail).data ?? []);
}

import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { createDb } from "../../db/client.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { postgresJobStore } from "../../functions/jobs/store.ts";
import { type BatchReport, handleJobBatch } from "../../platform/jobs/consume.ts";
import { JobFailure } from "../../platform/jobs/errors.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import type { JobTimes } from "../../platform/jobs/limits.ts";

/** A worker of jobs as a process of its own, to be killed. Its queue is its parent, over IPC. */

export interface FaultWorkerOptions {
  readonly name: string;
  readonly databaseUrl: string;
  readonly fetchEndpoint: string;
  /** Takes a charge by POST, with an `Idempotency-Key`. */
  readonly chargeUrl: string;
  readonly times: JobTimes;
}

export interface FaultBatch {
  readonly messages: readonly { readonly n: number; readonly body: string }[];
}

export type FaultWorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "ack"; readonly n: number }
  | { readonly type: "retry"; readonly n: number; readonly delaySeconds: number }
  | { readonly type: "end"; readonly report: BatchReport };

/** What the faulty world asks of a job: each part leaves one line in `effect_log`. */
export const faultPayload = z.object({
  parts: z.number().int(),
  pause_ms: z.number(),
  charge: z.boolean(),
});

export function faultKinds(db: ReturnType<typeof createDb>, chargeUrl: string) {
  const line = (job: string, part: string): JobEffect =>
    db.execute(sql`insert into effect_log (job, part) values (${job}, ${part})`);
  return {
    "fault.parts": jobKind<JobEffect>()({
      payload: faultPayload,
      checkpoint: z.number().int(),
      result: z.object({ parts: z.number() }),
      attempts_max: 100,
      run: async ({ id, payload, checkpoint, attempt, commit, idempotencyKey, progress }) => {
        const { parts, pause_ms, charge } = payload;
        for (let part = checkpoint ?? 0; part < parts; part += 1) {
          await pause(pause_ms);
          await commit({ effects: [line(id, `part ${part}`)], checkpoint: part + 1 });
          progress((part + 1) / parts);
        }
        if (attempt === 1 && charge) throw new JobFailure("first_time", "It never works at first");
        if (charge) {
          const headers = { "Idempotency-Key": idempotencyKey("charge") };
          const answer = await fetch(chargeUrl, { method: "POST", headers });
          if (!answer.ok) throw new JobFailure("charge", "The charge was not taken");
          // Here the worst can happen: the charge is made, and the job does not know it yet.
          await pause(pause_ms);
        }
        return { result: { parts }, effects: [line(id, "end")] };
      },
    }),
  };
}

async function work(options: FaultWorkerOptions): Promise<void> {
  const db = createDb(options);
  const tell = (message: FaultWorkerMessage) => process.send?.(message);
  const deps = {
    store: postgresJobStore(db),
    kinds: faultKinds(db, options.chargeUrl),
    times: options.times,
    worker: options.name,
    random: Math.random,
    now_ms: Date.now,
  };
  process.on("message", (batch: FaultBatch) => {
    const messages = batch.messages.map(({ n, body }) => ({
      body,
      ack: () => tell({ type: "ack", n }),
      retry: ({ delaySeconds }: { readonly delaySeconds: number }) =>
        tell({ type: "retry", n, delaySeconds }),
    }));
    handleJobBatch({ messages }, deps).then(
      (report) => tell({ type: "end", report }),
      () => process.exit(1),
    );
  });
  process.on("disconnect", () => process.exit(0));
  tell({ type: "ready" });
}

if (import.meta.main) await work(JSON.parse(process.argv[2] ?? "{}") as FaultWorkerOptions);

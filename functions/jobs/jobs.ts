import type { JobEffect } from "../../db/queries/job-lease.ts";
import type { WorkerDeps } from "../../platform/jobs/consume.ts";
import { type EnqueueDeps, enqueueJob } from "../../platform/jobs/enqueue.ts";
import { defaultJobTimes } from "../../platform/jobs/limits.ts";
import { redisSweepMarker } from "../../platform/jobs/marker.ts";
import { cloudflareJobQueue, type QueueBinding } from "../../platform/jobs/queue.ts";
import type { SweepDeps } from "../../platform/jobs/sweep.ts";
import { meterJobQueue } from "../../platform/meter/queue.ts";
import { meterRooms } from "../../platform/meter/rooms.ts";
import { type Bindings, SettingsError } from "../env.ts";
import type { Services } from "../services.ts";
import { type AppJobKinds, createJobKinds } from "./kinds.ts";
import { postgresJobStore } from "./store.ts";

/** All that queueing, running and sweeping jobs needs. */
export type Jobs = EnqueueDeps<JobEffect, AppJobKinds> &
  WorkerDeps<JobEffect> &
  SweepDeps<JobEffect>;

/**
 * The jobs of this Worker, for `enqueueJob`, `handleJobBatch` and `sweepJobs`. It holds nothing, so
 * make one wherever it is needed.
 * @example
 * await enqueueJob(jobsOf(c.var.services, c.env), "maintenance.prune", { days: 14, deadDays: 90 });
 * @throws SettingsError when the queue's binding is missing
 */
export function jobsOf(
  services: Pick<Services, "db" | "redis" | "meter" | "now_ms">,
  bindings: Bindings,
): Jobs {
  const jobs: Jobs = {
    store: postgresJobStore(services.db),
    queue: meterJobQueue(cloudflareJobQueue(queueBinding(bindings.JOBS)), services.meter),
    marker: redisSweepMarker(services.redis),
    kinds: createJobKinds(
      services.db,
      bindings.PICTURES,
      meterRooms(bindings.WATCH_ROOM, services.meter),
      {
        ...(bindings.ANALYTICS_BUFFER
          ? { buffers: meterRooms(bindings.ANALYTICS_BUFFER, services.meter) }
          : {}),
        // A kind names another of this very table, so its payload is checked when it is queued.
        queueNext: (kind, payload, idempotencyKey) =>
          enqueueJob(jobs, kind as never, payload as never, { idempotencyKey }),
      },
    ),
    times: defaultJobTimes,
    worker: "worker",
    newId: () => crypto.randomUUID(),
    random: Math.random,
    now_ms: services.now_ms,
  };
  return jobs;
}

function queueBinding(binding: unknown): QueueBinding {
  if (
    typeof binding === "object" &&
    binding !== null &&
    "send" in binding &&
    "sendBatch" in binding
  )
    return binding as QueueBinding;
  throw new SettingsError("Configuration cannot be used. JOBS: the queue's binding is missing.");
}

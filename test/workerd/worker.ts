import { Server } from "partyserver";
import { AnalyticsBuffer, AnalyticsTail } from "../../rooms/analytics/partyserver.ts";
import { RoomServer } from "../../rooms/host/partyserver.ts";
import { CallRoom } from "../../rooms/match/call/partyserver.ts";
import { LobbyRoom } from "../../rooms/match/lobby/partyserver.ts";
import { WatchRoom } from "../../rooms/watch/partyserver.ts";
import { gate } from "./gate.ts";
import { type ProbeState, type ProbeTypes, probeMachine } from "./probe-machine.ts";
import { countWake } from "./wakes.ts";

/** The watch room, with each wake counted. */
export class CountedWatchRoom extends WatchRoom {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    countWake(ctx.id.name ?? "");
  }
}

/** The lobby, with each wake counted. */
export class CountedLobbyRoom extends LobbyRoom {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    countWake(ctx.id.name ?? "");
  }
}

/** The call's room, with each wake counted. */
export class CountedCallRoom extends CallRoom {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    countWake(ctx.id.name ?? "");
  }
}

export { AnalyticsTail };

/** The buffer of analytics, with each wake counted. */
export class CountedAnalyticsBuffer extends AnalyticsBuffer {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    countWake(ctx.id.name ?? "");
  }
}

/** The room that uses all that a host offers. */
export class ProbeRoom extends RoomServer<ProbeState, ProbeTypes> {
  protected readonly party = "probe";
  protected readonly machine = probeMachine;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    countWake(ctx.id.name ?? "");
  }

  protected override async runTask(task: string): Promise<string> {
    await scheduler.wait(1);
    if (task === "fail") throw new Error("secret of the task");
    return task.toUpperCase();
  }
}

/** The trap: `options` on the instance is not looked at, so this room never hibernates. */
export class AwakeRoom extends Server {
  readonly options = { hibernate: true };
}

export default {
  fetch: (request, env) =>
    gate(request, {
      parties: env.WATCH_ROOM,
      probe: env.PROBE_ROOM,
      awake: env.AWAKE_ROOM,
      lobby: env.LOBBY_ROOM,
      call: env.CALL_ROOM,
    }),
} satisfies ExportedHandler<Cloudflare.Env>;

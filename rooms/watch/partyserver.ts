import { RoomServer } from "../host/partyserver.ts";
import { reportFailure } from "../host/report.ts";
import { watchMachine } from "./machine.ts";
import { outsideOf, runWatchTask } from "./outside/tasks.ts";
import type { WatchAnswer, WatchState, WatchTask, WatchTypes } from "./types.ts";

/** The Durable Object of a watch room. */
export class WatchRoom extends RoomServer<WatchState, WatchTypes> {
  protected readonly party = "watch";
  protected readonly machine = watchMachine;

  protected override runTask(task: WatchTask): Promise<WatchAnswer> {
    const id = this.ctx.id.name ?? "";
    const outside = outsideOf(this.env);
    return runWatchTask(task, id, outside, (error) => reportFailure(this.party, task.type, error));
  }
}

import { RoomServer } from "../../host/partyserver.ts";
import { reportFailure } from "../../host/report.ts";
import { keepRecord, recorderOf } from "./keep-record.ts";
import { callMachine } from "./machine.ts";
import type { CallState, CallTypes, RecordCall } from "./types.ts";

/** The Durable Object of a call. */
export class CallRoom extends RoomServer<CallState, CallTypes> {
  protected readonly party = "call";
  protected readonly machine = callMachine;

  protected override runTask({ outcome }: RecordCall): Promise<CallTypes["answer"]> {
    const report = (error: unknown) => reportFailure(this.party, "record", error);
    return keepRecord(outcome, recorderOf(this.env), report);
  }
}

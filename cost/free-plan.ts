import { type EdgeUsage, objectRequests } from "./edge.ts";
import type { CloudflareSheet } from "./sheets/cloudflare.ts";

const days = 30;

/**
 * What of a month is too much for Cloudflare's plan without a fee, by the names of the bill's lines;
 * nothing when it would do. Its limits are by the day, and every day of a scenario is alike. CPU is
 * that of a call on average, rooms among it.
 */
export function overFreePlan(usage: EdgeUsage, sheet: CloudflareSheet): readonly string[] {
  const { ofDay, ofMonth, workerCpu_msOfCall, objectStorage_gb, filesStorage_gb } = sheet.free;
  const day = (amount: number) => amount / days;
  const calls = usage.workerRequests + usage.roomRequests + usage.socketMessagesIn;
  const held: readonly (readonly [string, number, number])[] = [
    ["Worker requests", day(usage.workerRequests), ofDay.workerRequests],
    ["Worker CPU", calls === 0 ? 0 : usage.workerCpu_ms / calls, workerCpu_msOfCall],
    ["Room requests", day(objectRequests(usage, sheet)), ofDay.objectRequests],
    ["Rooms awake", day(usage.roomAwake_s * sheet.objectMemory_gb), ofDay.objectDuration_gb_s],
    ["Room rows read", day(usage.rowsRead), ofDay.rowsRead],
    ["Room rows written", day(usage.rowsWritten), ofDay.rowsWritten],
    ["Room storage", usage.roomStorage_gb, objectStorage_gb],
    ["Queue", day(usage.queueOperations), ofDay.queueOperations],
    ["Logs", day(usage.logs_gb), ofDay.logs_gb],
    ["Files written", usage.fileWrites, ofMonth.fileWrites],
    ["Files read", usage.fileReads, ofMonth.fileReads],
    ["Files stored", usage.filesStorage_gb, filesStorage_gb],
  ];
  return held.filter(([, used, allowed]) => used > allowed).map(([item]) => item);
}

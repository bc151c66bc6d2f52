import { useId, useState } from "react";
import type { Overview } from "../../protocol/overview.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Card } from "./card.tsx";
import { Chart } from "./chart.tsx";
import { bytesText, countText, millisecondsText } from "./format.ts";
import { byModule } from "./series.ts";

/** What is billed, in the order in which it usually comes to something. */
const units: readonly (readonly [unit: string, name: string])[] = [
  ["worker_requests", "Worker requests"],
  ["redis_commands", "Redis commands"],
  ["sql_round_trips", "SQL round trips"],
  ["room_requests", "Room requests"],
  ["socket_messages_in", "Messages from clients"],
  ["socket_messages_out", "Messages to clients"],
  ["room_wakes", "Room wakes"],
  ["room_awake_ms", "Rooms awake"],
  ["rows_read", "Rows read by rooms"],
  ["rows_written", "Rows written by rooms"],
  ["queue_operations", "Queue operations"],
  ["object_writes", "Object writes (class A)"],
  ["object_reads", "Object reads (class B)"],
  ["bytes_out", "Bytes out"],
];

const formats: Readonly<Record<string, (value: number) => string>> = {
  bytes_out: bytesText,
  room_awake_ms: millisecondsText,
};

/** What the bill is made of, one unit at a time, by module over time. */
export function MeterCard({ overview: { series } }: { overview: Overview }) {
  const [unit, choose] = useState("worker_requests");
  const selectId = useId();
  const modules = byModule(series, unit);
  const format = formats[unit] ?? countText;
  const total = modules.reduce((sum, module) => sum + module.total, 0);
  const name = units.find(([id]) => id === unit)?.[1] ?? unit;
  return (
    <Card
      title="The meter"
      note="What the bill is made of, by module and hour."
      aside={
        <div>
          <label htmlFor={selectId} className="sr-only">
            Unit
          </label>
          <select
            id={selectId}
            value={unit}
            onChange={(event) => choose(event.target.value)}
            className="min-h-11 rounded-control border border-edge bg-surface px-3"
          >
            {units.map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </div>
      }
    >
      {modules.length === 0 ? (
        <EmptyState title={`${name}: none yet`}>
          Nothing was counted in the hours shown. Isolates write what they count within half a
          minute, rooms when they empty or every 15 minutes.
        </EmptyState>
      ) : (
        <>
          <p className="text-sm text-muted">
            {format(total)} in the last {series.length} hours:{" "}
            {modules.map((module) => `${module.module} ${format(module.total)}`).join(", ")}
          </p>
          <div className="mt-3">
            <Chart
              key={unit}
              summary={`${name} by the hour and module, ${format(total)} in all`}
              times_ms={series.map(({ start_ms }) => start_ms)}
              format={format}
              filled={modules.length === 1}
              lines={modules.map(({ module, amounts }) => ({ label: module, values: amounts }))}
            />
          </div>
        </>
      )}
    </Card>
  );
}

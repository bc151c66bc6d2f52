import type { Overview } from "../../protocol/overview.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Card, Gauge } from "./card.tsx";
import { Chart } from "./chart.tsx";
import { countText, durationText, percentText } from "./format.ts";
import { hitRateLevel } from "./thresholds.ts";

/** How often the caches had what was asked for. */
export function CachesCard({ overview }: { overview: Overview }) {
  const { caches, series, window_s } = overview;
  const rates = series.map(({ cacheHitRate }) => cacheHitRate);
  return (
    <Card
      title="Caches"
      note={`Reads that found something, fresh or stale, in the last ${durationText(window_s * 1000)}.`}
    >
      {caches.length === 0 && (
        <EmptyState title="Nothing was read">A cache shows up with its first read.</EmptyState>
      )}
      <div className="space-y-3">
        {caches.map(({ name, reads, hitRate }) => (
          <Gauge
            key={name}
            label={name}
            value={hitRate === null ? "no reads" : `${percentText(hitRate)} of ${countText(reads)}`}
            share={hitRate}
            level={hitRate === null ? null : hitRateLevel(hitRate)}
          />
        ))}
      </div>
      {rates.some((rate) => rate !== null) && (
        <figure className="mt-5 min-w-0">
          <figcaption className="text-sm font-medium">Hit rate of all caches</figcaption>
          <Chart
            summary="Hit rate of all caches by the hour"
            times_ms={series.map(({ start_ms }) => start_ms)}
            format={percentText}
            lines={[{ label: "Hit rate", values: rates }]}
          />
        </figure>
      )}
    </Card>
  );
}

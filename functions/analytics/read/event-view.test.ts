import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import type { EventFigures } from "../../../db/queries/analytics-export.ts";
import { rawEventSchema } from "../../../protocol/analytics/reports.ts";
import { eventOf } from "./event-view.ts";
import { exportTable } from "./export.ts";
import { eventColumns } from "./export-tables.ts";

const at_ms = Date.UTC(2026, 10, 21, 12);
const row: EventFigures = {
  ...{ uuid: "019aa6f5-1c00-7000-8000-000000000001", kind: "event", name: "jump", player: "ada" },
  ...{ session: null, at_ms, corrected_ms: at_ms, received_ms: at_ms, level: null, status: null },
  ...{ attempt: null, score: null, duration_ms: null, appVersion: null, platform: null },
  props: null,
};

/** Rows of before clocks were bounded: the client had sent `sentAt_ms` as large as it goes, or 0. */
const kept = [-9_005_400_000_000_000, -62_200_000_000_000, 260_000_000_000_000, 9e15].map(
  (corrected_ms) => ({ ...row, corrected_ms }),
);

test("an event that was kept with a moment that no calendar has is shown like any other", () => {
  for (const stored of kept) {
    const shown = rawEventSchema.parse(eventOf(stored));
    expect(shown.at).toBe("2026-11-21T12:00:00.000Z");
    expect(shown.corrected).toMatch(/^(0000-01-01T00:00:00.000Z|9999-12-31T23:59:59.999Z)$/);
  }
});

test.each(["csv", "ndjson", "parquet"] as const)(
  "such an event breaks no export as %s off",
  async (format) => {
    const page = async (after: EventFigures | undefined) =>
      after === undefined ? [row, ...kept, row] : [];
    const file = await new Response(exportTable(page, eventColumns, format)).arrayBuffer();
    if (format === "parquet") {
      const rows = await parquetReadObjects({ file });
      expect(rows).toHaveLength(6);
      for (const { corrected } of rows) expect((corrected as Date).getTime()).not.toBeNaN();
    } else {
      const text = new TextDecoder().decode(file);
      expect(text.match(/2026-11-21T12:00:00.000Z/g)?.length).toBe(6 * 2 + 2);
      expect(text).not.toContain("Invalid");
    }
  },
);

import type { ReactNode } from "react";
import { onDemand } from "../ui/on-demand.ts";
import type { GameView } from "./view.ts";

/** A part of a game's page, whose script comes when somebody first goes there. */
function part(id: string, title: string, load: () => Promise<(view: GameView) => ReactNode>) {
  return { id, title, script: onDemand(load) };
}

export const parts = [
  part("overview", "Overview", async () => (await import("./overview.tsx")).OverviewPart),
  part("levels", "Levels", async () => (await import("./levels.tsx")).LevelsPart),
  part("retention", "Retention", async () => (await import("./retention.tsx")).RetentionPart),
  part("funnel", "Funnel", async () => (await import("./funnel.tsx")).FunnelPart),
  part("live", "Live", async () => (await import("./tail.tsx")).TailPart),
  part("events", "Events", async () => (await import("./explorer.tsx")).ExplorerPart),
  part("setup", "Setup", async () => (await import("./setup.tsx")).SetupPart),
  part("data", "Data", async () => (await import("./data.tsx")).DataPart),
];

/** The part that an address means; without one the first. */
export const partOf = (id: string | undefined) => parts.find((one) => one.id === id) ?? parts[0];

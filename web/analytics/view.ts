import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { lastDays, type Span, spans } from "./range.ts";

/** What every report is asked for. */
export type Range = { readonly env: AnalyticsEnv; readonly from: string; readonly to: string };

/** What every part of a game's page is about. */
export interface GameView {
  readonly game: Game;
  readonly range: Range;
}

/** What is looked at when the address does not say. */
export const usual = { env: "live", days: "30" } as const;

/** What is looked at, as the address has it. */
export function askedOf(
  asked: URLSearchParams,
  now_ms: number,
): { readonly span: Span; readonly range: Range } {
  const env: AnalyticsEnv = asked.get("env") === "sandbox" ? "sandbox" : usual.env;
  const span = spans.find((days) => `${days}` === asked.get("days")) ?? 30;
  return { span, range: { env, ...lastDays(span, now_ms) } };
}

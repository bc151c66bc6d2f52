import { hc } from "hono/client";
import type { AnalyticsApi } from "../../functions/analytics/routes.ts";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { EventRule } from "../../protocol/analytics/event-schema.ts";
import type { CreateGame, UpdateGame } from "../../protocol/analytics/game.ts";
import type { GameKeyKind } from "../../protocol/analytics/key.ts";
import type { FunnelStep } from "../../protocol/analytics/reports.ts";
import { fetchOrTake } from "../api/ahead.ts";
import { problemOf } from "../api/problem.ts";
import type { Range } from "./view.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 20_000;

const { analytics } = hc<AnalyticsApi>("/", { fetch: fetchOrTake }).v1;
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
type Good<R> = R extends { readonly ok: true; json(): Promise<infer T> } ? T : never;

/** What a good answer says. @throws ApiProblem for any other */
async function good<R extends Answer>(call: Promise<R>): Promise<Good<R>> {
  const response = await call;
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Good<R>;
}

const game = analytics.games[":id"];
const of = (id: string) => ({ id });

export const fetchGames = () => good(analytics.games.$get({}, limits()));
export const createGame = (json: CreateGame) => good(analytics.games.$post({ json }, limits()));
export const changeGame = (id: string, json: UpdateGame) =>
  good(game.$post({ param: of(id), json }, limits()));
export const fetchGame = (id: string) => good(game.$get({ param: of(id) }, limits()));
export const deleteGame = (id: string) => good(game.delete.$post({ param: of(id) }, limits()));

export const fetchOverview = (id: string, query: Range) =>
  good(game.overview.$get({ param: of(id), query }, limits()));
const fetchLevels = (id: string, query: Range) =>
  good(game.levels.$get({ param: of(id), query }, limits()));

/** The reports that a game is mostly opened for, so that they can be asked for with the game itself. */
export const overviewQuery = (id: string, range: Range) => ({
  queryKey: ["analytics", "overview", id, range],
  queryFn: () => fetchOverview(id, range),
});
export const levelsQuery = (id: string, range: Range) => ({
  queryKey: ["analytics", "levels", id, range],
  queryFn: () => fetchLevels(id, range),
});

export const fetchRetention = (id: string, query: Range) =>
  good(game.retention.$get({ param: of(id), query }, limits()));
export const fetchErrors = (id: string, query: Range) =>
  good(game.errors.$get({ param: of(id), query }, limits()));
export const fetchFunnel = (
  id: string,
  range: Range,
  steps: readonly FunnelStep[],
  window_h: number,
) =>
  good(
    game.funnel.$post({ param: of(id), json: { ...range, steps: [...steps], window_h } }, limits()),
  );
export const fetchEvents = (
  id: string,
  range: Range,
  filter: Readonly<Record<string, string>>,
  cursor: string | undefined,
) =>
  good(
    game.events.$get(
      {
        param: of(id),
        query: { ...range, ...filter, ...(cursor === undefined ? {} : { cursor }) },
      },
      limits(),
    ),
  );

export const fetchKeys = (id: string) => good(game.keys.$get({ param: of(id) }, limits()));
export const createKey = (
  id: string,
  json: { readonly name: string; readonly kind: GameKeyKind; readonly env: AnalyticsEnv },
) => good(game.keys.$post({ param: of(id), json }, limits()));
export const revokeKey = (id: string, keyId: string) =>
  good(game.keys[":keyId"].revoke.$post({ param: { id, keyId } }, limits()));

export const fetchRules = (id: string) => good(game.schemas.$get({ param: of(id) }, limits()));
export const saveRules = (id: string, rules: readonly EventRule[]) =>
  good(game.schemas.$post({ param: of(id), json: { rules: [...rules] } }, limits()));

export const erasePlayer = (id: string, player: string) =>
  good(game.erase.$post({ param: of(id), json: { player } }, limits()));
export const openTail = (id: string, env: AnalyticsEnv) =>
  good(game.tail.$post({ param: of(id), json: { env } }, limits()));

/** How a game's buffers stand. Asking wakes them. */
export const fetchBuffers = (gameId: string) =>
  good(analytics.metrics.$get({ query: { gameId } }, limits()));
export const retryDead = (id: string) => good(game.dead.retry.$post({ param: of(id) }, limits()));

/** Where an export is downloaded from. */
export function exportAddress(id: string, range: Range, table: string, format: string): string {
  return `/v1/analytics/games/${id}/export?${new URLSearchParams({ ...range, table, format })}`;
}

import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useDeferredValue, useState } from "react";
import type { LevelReport } from "../../protocol/analytics/reports.ts";
import { Card } from "../ops/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Select } from "../ui/select.tsx";
import { levelsQuery } from "./api.ts";
import "./levels.css";
import { NothingHere } from "./nothing-here.tsx";
import { Part } from "./part.tsx";
import { averageText, countText, lengthText, shareText } from "./text.ts";
import type { GameView } from "./view.ts";

/** With fewer players a share says little. */
const telling_players = 20;
const hot_max = 5;
/** More than fit on a screen: they are drawn first, and the others right after. */
const first_rows = 40;

type Order = "name" | "dropOff";

/** How many players each level takes in, and how many of them it lets go on. */
export function LevelsPart({ game, range }: GameView) {
  const [order, setOrder] = useState<Order>("name");
  const levels = useQuery(levelsQuery(game.id, range));
  return (
    <Part query={levels}>
      {(report) =>
        report.levels.length === 0 ? (
          <NothingHere game={game} env={range.env} again={() => void levels.refetch()}>
            <EmptyState title="No levels in these days">
              Send events of the kind “level” with the status start, complete, fail or quit.
            </EmptyState>
          </NothingHere>
        ) : (
          <Card
            title="Level funnel"
            note={noteOf(report.levels)}
            aside={
              <Select
                label="Order"
                quiet
                value={order}
                options={[
                  { value: "name", text: "By name" },
                  { value: "dropOff", text: "By drop-off" },
                ]}
                onChoose={setOrder}
              />
            }
          >
            <Funnel levels={inOrder(report.levels, order)} hot={hottest(report.levels)} />
            {report.more && (
              <p className="mt-3 text-sm text-muted">
                There are more levels; these have the most players.
              </p>
            )}
          </Card>
        )
      }
    </Part>
  );
}

function inOrder(levels: readonly LevelReport[], order: Order): readonly LevelReport[] {
  if (order === "name") return levels;
  return [...levels].sort((a, b) => (b.dropOff ?? -1) - (a.dropOff ?? -1));
}

/** The levels at which the largest shares of players stop. */
function hottest(levels: readonly LevelReport[]): readonly LevelReport[] {
  return levels
    .filter(({ players, dropOff }) => players >= telling_players && (dropOff ?? 0) > 0)
    .sort((a, b) => (b.dropOff ?? 0) - (a.dropOff ?? 0))
    .slice(0, hot_max);
}

function noteOf(levels: readonly LevelReport[]): string {
  const [worst] = hottest(levels);
  const bars = "A bar is the players who started; its stronger part are those who got through.";
  if (worst === undefined) return bars;
  return `${bars} Most are lost at ${worst.level}: ${shareText(worst.dropOff)} of ${countText(worst.players)}.`;
}

function Funnel({ levels, hot }: { levels: readonly LevelReport[]; hot: readonly LevelReport[] }) {
  const widest = Math.max(1, ...levels.map(({ players }) => players));
  const hotNames = new Set(hot.map(({ level }) => level));
  const rows = useDeferredValue(levels.length, first_rows);
  return (
    <div className="levels relative">
      <table className="w-full table-fixed border-collapse text-sm">
        <caption className="sr-only">Levels with their players, drop-off and difficulty</caption>
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="w-[28%] py-1 pr-3 font-medium sm:w-[18%]">
              Level
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              Players
            </th>
            <th scope="col" className="w-18 py-1 pr-3 text-right font-medium sm:w-20">
              Drop-off
            </th>
            {["Win rate", "Attempts to win", "Time"].map((title) => (
              <th
                key={title}
                scope="col"
                className="w-24 py-1 pl-3 text-right font-medium max-sm:hidden lg:w-32"
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {levels.slice(0, rows).map((level) => (
            <Row key={level.level} level={level} widest={widest} hot={hotNames.has(level.level)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ level, widest, hot }: { level: LevelReport; widest: number; hot: boolean }) {
  const { players, passed } = level;
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1 pr-3 text-left font-medium break-all">
        {level.level}
      </th>
      <td className="py-1 pr-3">
        <div className="flex items-center gap-2">
          <div
            aria-hidden="true"
            className={`level-bar min-w-0 flex-1 ${hot ? "level-hot" : ""}`}
            style={{ "--started": players / widest, "--won": passed / widest } as CSSProperties}
          />
          <span className="w-10 text-right sm:w-14 tabular-nums">{countText(players)}</span>
        </div>
      </td>
      <td className={`py-1 pr-3 text-right tabular-nums ${hot ? "font-semibold text-bad" : ""}`}>
        {shareText(level.dropOff)}
        {hot && <span className="sr-only">, among the highest</span>}
      </td>
      <td className="py-1 pl-3 text-right tabular-nums max-sm:hidden">
        {shareText(level.winRate)}
      </td>
      <td className="py-1 pl-3 text-right tabular-nums max-sm:hidden">
        {averageText(level.attemptsToWin)}
      </td>
      <td className="py-1 pl-3 text-right whitespace-nowrap tabular-nums max-sm:hidden">
        {lengthText(level.attempt_ms)}
      </td>
    </tr>
  );
}

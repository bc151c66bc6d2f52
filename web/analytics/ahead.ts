import { askAhead } from "../api/ahead.ts";
import { partOf } from "./parts.ts";
import { askedOf } from "./view.ts";

/** Reports that roll-ups have ready, which a game is mostly opened for. */
const quickReports = new Set(["overview", "levels"]);

/** What a game's page asks for first, while the script that draws it is still on its way. */
export function gameAhead({ pathname, searchParams }: URL, now_ms = Date.now()): void {
  const [, , id = "", asked] = pathname.split("/");
  const part = partOf(asked);
  const game = `/v1/analytics/games/${id}`;
  askAhead(game);
  if (part === undefined) return;
  if (quickReports.has(part.id)) {
    const { range } = askedOf(searchParams, now_ms);
    askAhead(`${game}/${part.id}?${new URLSearchParams(range)}`);
  }
  part.script.load().catch(() => {});
}

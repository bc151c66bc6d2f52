import type { Game } from "../../protocol/analytics/game.ts";
import type { Range } from "./api.ts";

/** What every part of a game's page is about. */
export interface GameView {
  readonly game: Game;
  readonly range: Range;
}

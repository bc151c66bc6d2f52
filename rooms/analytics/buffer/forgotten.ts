import { createHmac } from "node:crypto";
import { z } from "zod";
import type { BufferPorts } from "./ports.ts";

/** Players whom a buffer keeps in mind at once; above that it asks to be told again later. */
const players_max = 1_000;
/** What was on its way here when a player was forgotten has come by then. */
const kept_ms_min = 3_600_000;

/** Players who were forgotten, as they are on disk: by keyed hashes, of which the key is the buffer's own. */
export const forgottenPlayersSchema = z.object({
  key: z.string(),
  players: z.array(z.object({ hash: z.string(), erased_ms: z.number() })),
});
export type ForgottenPlayers = z.infer<typeof forgottenPlayersSchema>;

const rowsSchema = z.array(z.object({ p: z.unknown().optional(), r: z.unknown().optional() }));

/**
 * Whom a buffer was told to forget while events of theirs may wait. The database takes none of those
 * in; but should it refuse the statement that they are in, they must not be put aside as dead.
 */
export class Forgotten {
  readonly #ports: Pick<BufferPorts, "store" | "now_ms" | "secret">;
  #kept: ForgottenPlayers | undefined;

  constructor(ports: Pick<BufferPorts, "store" | "now_ms" | "secret">) {
    this.#ports = ports;
    this.#kept = ports.store.facts.readForgotten();
  }

  /** @throws Error when too many are kept in mind already */
  add(player: string, erased_ms: number): void {
    const { key, players } = this.#kept ?? { key: this.#ports.secret(), players: [] };
    const hash = hashOf(key, player);
    const others = players.filter((other) => other.hash !== hash);
    if (others.length >= players_max) throw new Error("too many players are being forgotten");
    this.#keep({ key, players: [...others, { hash, erased_ms }] });
  }

  /** Whether an event is of a player who was forgotten after it was received. @param rows JSON: it alone, in an array */
  covers(rows: string): boolean {
    if (this.#kept === undefined) return false;
    const [row] = rowsSchema.parse(JSON.parse(rows));
    if (typeof row?.p !== "string") return false;
    const hash = hashOf(this.#kept.key, row.p);
    const found = this.#kept.players.find((player) => player.hash === hash);
    return found !== undefined && !(typeof row.r === "number" && row.r > found.erased_ms);
  }

  /** When somebody need not be kept in mind any more, if nothing waits; null if nobody is. */
  get releaseAt_ms(): number | null {
    if (this.#kept === undefined) return null;
    return Math.min(...this.#kept.players.map(({ erased_ms }) => erased_ms)) + kept_ms_min;
  }

  /** Lets go of those of whom nothing can wait any more. @param oldestAt_ms when the oldest batch that waits came; 0 for none */
  release(oldestAt_ms: number): void {
    if (this.#kept === undefined) return;
    const now_ms = this.#ports.now_ms();
    const { key, players } = this.#kept;
    const left = players.filter(
      ({ erased_ms }) =>
        now_ms < erased_ms + kept_ms_min ||
        (oldestAt_ms !== 0 && oldestAt_ms < erased_ms + kept_ms_min),
    );
    if (left.length === players.length) return;
    this.#keep(left.length === 0 ? undefined : { key, players: left });
  }

  #keep(kept: ForgottenPlayers | undefined): void {
    this.#kept = kept;
    this.#ports.store.facts.writeForgotten(kept);
  }
}

function hashOf(key: string, player: string): string {
  return createHmac("sha256", key).update(player).digest("hex");
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { exportFormats, exportTables } from "../../protocol/analytics/data.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";
import { deleteGame, erasePlayer, exportAddress } from "./api.ts";
import { Refused } from "./refused.tsx";
import { countText, momentText } from "./text.ts";
import type { GameView } from "./view.ts";

const tableTexts = {
  events: "Raw events",
  sessions: "Sessions",
  revenue: "Revenue",
  days: "Days",
  levels: "Levels by day",
  revenue_days: "Revenue by day",
  dead: "Refused events",
} as const;
const formatTexts = { csv: "CSV", ndjson: "NDJSON", parquet: "Parquet" } as const;

/** Taking data along, forgetting players, and deleting the game. */
export function DataPart(view: GameView) {
  if (view.game.role === "member")
    return (
      <Card title="Data">
        <p className="text-muted">Admins of the organization export and erase.</p>
      </Card>
    );
  return (
    <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
      <Export {...view} />
      <Erase {...view} />
      <Refused {...view} />
      {view.game.role === "owner" && <Delete game={view.game} />}
    </div>
  );
}

function Export({ game, range }: GameView) {
  const [table, setTable] = useState<(typeof exportTables)[number]>("events");
  const [format, setFormat] = useState<(typeof exportFormats)[number]>("csv");
  return (
    <Card
      title="Export"
      note="Of the days chosen above. Raw events come as far back as they are kept, days and levels from the beginning."
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label="Table"
          value={table}
          options={exportTables.map((value) => ({ value, text: tableTexts[value] }))}
          onChoose={setTable}
        />
        <Select
          label="Format"
          value={format}
          options={exportFormats.map((value) => ({ value, text: formatTexts[value] }))}
          onChoose={setFormat}
        />
      </div>
      <a
        href={exportAddress(game.id, range, table, format)}
        download
        className={buttonClass("primary", "mt-4")}
      >
        Download
      </a>
    </Card>
  );
}

function Erase({ game }: GameView) {
  const queries = useQueryClient();
  const [player, setPlayer] = useState("");
  const [open, setOpen] = useState(false);
  const erase = useMutation({
    mutationFn: () => erasePlayer(game.id, player),
    onSettled: () => {
      setOpen(false);
      return queries.invalidateQueries({ queryKey: ["analytics"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setOpen(true);
  };
  return (
    <Card
      title="Forget a player"
      note="Their events, sessions and levels go at once and for good, and reports no longer count them. Purchases stay for the books, without the player."
    >
      <form onSubmit={submit}>
        <Field
          label="Player"
          required
          maxLength={64}
          hint="As the game names them"
          value={player}
          onChange={(event) => setPlayer(event.currentTarget.value)}
        />
        <Button type="submit" variant="danger" className="mt-2">
          Forget this player
        </Button>
        <Complaint>{erase.isError && identityAdvice(erase.error)}</Complaint>
      </form>
      {erase.data !== undefined && (
        <div role="status" className="mt-4 rounded-control bg-sunken p-3 text-sm">
          <p>
            Receipt <code className="font-mono break-all">{erase.data.id}</code>,{" "}
            {momentText(erase.data.erasedAt)}
          </p>
          <ul className="mt-2">
            {Object.entries(erase.data.rows).map(([name, rows]) => (
              <li key={name}>
                {name.replace("analytics_", "").replace("_", " ")}: {countText(rows)}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Dialog open={open} title={`Forget ${player}?`} onClose={() => setOpen(false)}>
        <p>This cannot be taken back. You get a receipt that does not say who it was.</p>
        <Button
          variant="danger"
          className="mt-5 w-full"
          busy={erase.isPending}
          onClick={() => erase.mutate()}
        >
          Forget them
        </Button>
      </Dialog>
    </Card>
  );
}

function Delete({ game }: { game: Game }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const showToast = useToast();
  const [open, setOpen] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteGame(game.id),
    onSuccess: async () => {
      navigate("/analytics");
      await queries.invalidateQueries({ queryKey: ["analytics", "games"] });
    },
    onError: (error) => showToast(identityAdvice(error)),
  });
  return (
    <Card
      title="Delete the game"
      note="With everything it took in. Its keys open nothing any more."
    >
      <Button variant="danger" onClick={() => setOpen(true)}>
        Delete {game.name}
      </Button>
      <Dialog open={open} title={`Delete ${game.name}?`} onClose={() => setOpen(false)}>
        <p>All its events, reports and keys go at once and for good.</p>
        <Button
          variant="danger"
          className="mt-5 w-full"
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Delete it
        </Button>
      </Dialog>
    </Card>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import type { GameKey, GameKeyKind } from "../../protocol/analytics/key.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Secret } from "../ui/secret.tsx";
import { Select } from "../ui/select.tsx";
import { useToast } from "../ui/toast.tsx";
import { createKey, fetchKeys, revokeKey } from "./api.ts";
import { Curl } from "./first-event.tsx";
import { Keeping } from "./keeping.tsx";
import { Part } from "./part.tsx";
import { Schemas } from "./schemas.tsx";
import type { GameView } from "./view.ts";

/** Keys that the game sends with, how its events are written and kept, and what they must look like. */
export function SetupPart({ game }: GameView) {
  const mayChange = game.role !== "member";
  return (
    <div className="grid items-start gap-4 sm:gap-6 lg:grid-cols-2">
      <div className="grid min-w-0 gap-4 sm:gap-6">
        {mayChange ? (
          <Keys game={game} />
        ) : (
          <Card title="Keys">
            <p className="text-muted">Admins of the organization see and make keys.</p>
          </Card>
        )}
        <Keeping game={game} mayChange={mayChange} />
      </div>
      <Schemas game={game} mayChange={mayChange} />
    </div>
  );
}

function Keys({ game }: { game: Game }) {
  const [open, setOpen] = useState(false);
  const keys = useQuery({
    queryKey: ["analytics", "keys", game.id],
    queryFn: () => fetchKeys(game.id),
  });
  return (
    <Card
      title="Keys"
      note="A write key ships with the game and sends events. A secret key stays on your servers and signs."
      aside={<Button onClick={() => setOpen(true)}>Make a key</Button>}
    >
      <Part query={keys}>
        {(data) =>
          data.keys.length === 0 ? (
            <p className="text-muted">No keys yet. The game needs a write key to send events.</p>
          ) : (
            <ul className="divide-y divide-line">
              {data.keys.map((key) => (
                <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium break-words">{key.name}</span>
                    <span className="block text-sm text-muted">
                      <code className="font-mono">{key.start}…</code> {key.kind}, {key.env}
                    </span>
                  </span>
                  <Revoke game={game} gameKey={key} />
                </li>
              ))}
            </ul>
          )
        }
      </Part>
      <Dialog open={open} title="Make a key" onClose={() => setOpen(false)}>
        <MakeKey game={game} />
      </Dialog>
    </Card>
  );
}

function Revoke({ game, gameKey }: { game: Game; gameKey: GameKey }) {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const showToast = useToast();
  const revoke = useMutation({
    mutationFn: () => revokeKey(game.id, gameKey.id),
    onSuccess: () => showToast(`The key ${gameKey.name} opens nothing any more.`),
    onError: (error) => showToast(identityAdvice(error)),
    onSettled: () => {
      setOpen(false);
      return queries.invalidateQueries({ queryKey: ["analytics", "keys", game.id] });
    },
  });
  if (gameKey.revokedAt !== null) return <span className="text-sm text-muted">Revoked</span>;
  return (
    <>
      <Button aria-label={`Revoke ${gameKey.name}`} onClick={() => setOpen(true)}>
        Revoke
      </Button>
      <Dialog open={open} title={`Revoke ${gameKey.name}?`} onClose={() => setOpen(false)}>
        <p>Games that send with it are refused from then on. It cannot be taken back.</p>
        <Button
          variant="danger"
          className="mt-5 w-full"
          busy={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          Revoke it
        </Button>
      </Dialog>
    </>
  );
}

function MakeKey({ game }: { game: Game }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<GameKeyKind>("write");
  const [env, setEnv] = useState<AnalyticsEnv>("live");
  const make = useMutation({
    mutationFn: () => createKey(game.id, { name: name.trim(), kind, env }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["analytics", "keys", game.id] }),
  });
  if (make.isSuccess)
    return kind === "write" ? (
      <Curl writeKey={make.data.key} game={game} />
    ) : (
      <Secret text={make.data.key} />
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="Name"
        required
        maxLength={32}
        hint="What it is for, so that you know it later"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="What it does"
        className="mt-2"
        value={kind}
        options={[
          { value: "write", text: "Sends events, from the game" },
          { value: "secret", text: "Signs, on your servers" },
        ]}
        onChoose={setKind}
      />
      <Select
        label="Where events go"
        className="mt-4"
        value={env}
        options={[
          { value: "live", text: "Live" },
          { value: "sandbox", text: "Sandbox" },
        ]}
        onChoose={setEnv}
      />
      <Button type="submit" variant="primary" busy={make.isPending} className="mt-5 w-full">
        Make the key
      </Button>
      <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
    </form>
  );
}

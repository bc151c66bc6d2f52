import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Game, retentionDaysSchema, type UpdateGame } from "../../protocol/analytics/game.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { useToast } from "../ui/toast.tsx";
import { changeGame } from "./api.ts";
import { letsSleep } from "./first-seen.ts";
import { boundsOf, changesOf, type Typed, typedOf, wrongWith } from "./keeping-form.ts";

const terms = [...retentionDaysSchema.values].map((days) => `${days}` as const);

/** How a game's events get to the database, and how long they stay there. */
export function Keeping({ game, mayChange }: { game: Game; mayChange: boolean }) {
  const queries = useQueryClient();
  const showToast = useToast();
  const [typed, setTyped] = useState(() => typedOf(game));
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: (changes: UpdateGame) => changeGame(game.id, changes),
    onSuccess: async (changed) => {
      queries.setQueryData(["analytics", "game", game.id], changed);
      setTyped(typedOf(changed));
      showToast("Saved.");
      await queries.invalidateQueries({ queryKey: ["analytics", "games"] });
    },
  });
  const type = (change: Partial<Typed>) => setTyped((old) => ({ ...old, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const changes = changesOf(game, typed);
    if (changes === undefined || save.isPending) return;
    if (Object.keys(changes).length === 0) showToast("Nothing was changed.");
    else save.mutate(changes);
  };
  const number = (field: "flushEvery_s" | "flushEvents" | "shards") => ({
    type: "number",
    inputMode: "numeric" as const,
    ...boundsOf(field),
    value: typed[field],
    error: tried ? wrongWith(field, typed[field]) : undefined,
    onChange: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
      type({ [field]: currentTarget.value }),
  });
  return (
    <Card
      title="How it is written and kept"
      note="An event is safe as soon as it is acknowledged. It waits in a buffer until it is written to the database together with others."
    >
      <form noValidate onSubmit={submit}>
        <fieldset disabled={!mayChange} className="grid gap-2">
          <Field
            label="Written every so many seconds"
            {...number("flushEvery_s")}
            hint={intervalHint(typed.flushEvery_s)}
          />
          <Field
            label="Or as soon as so many events wait"
            {...number("flushEvents")}
            hint="A busy game is written more often, in pieces of this size."
          />
          <Field
            label="Buffers"
            {...number("shards")}
            hint="They share the players. One takes some hundred batches a second, and each writes for itself."
          />
          <Switch
            label="Take signed batches only"
            hint="Your own servers sign with a secret key. Games that send by themselves are then refused."
            checked={typed.signedOnly}
            onChange={(signedOnly) => type({ signedOnly })}
          />
          <Select
            label="Raw events are kept for"
            className="mt-1"
            value={termOf(typed.retention_days)}
            options={terms.map((value) => ({ value, text: `${value} days` }))}
            onChoose={(retention_days) => type({ retention_days })}
          />
          <p className="text-sm text-muted">
            A change holds for events from the day after tomorrow on; those of before stay as long
            as they were to, and it can change again in a month. Reports by day and level are kept
            for good; the sandbox keeps raw events for a week, always.
          </p>
        </fieldset>
        {mayChange ? (
          <Button type="submit" variant="primary" busy={save.isPending} className="mt-4">
            Save the settings
          </Button>
        ) : (
          <p className="mt-4 text-sm text-muted">Admins of the organization change this.</p>
        )}
        <Complaint>{save.isError && identityAdvice(save.error)}</Complaint>
      </form>
    </Card>
  );
}

function termOf(days: string): (typeof terms)[number] {
  return terms.find((term) => term === days) ?? "90";
}

/** What an interval is paid with. */
function intervalHint(text: string): string {
  return letsSleep(Number(text))
    ? "Above 300 the database can sleep between two writes. Reports are as late as that."
    : "Reports are as late as that. Above 300 the database can sleep in between; up to 300 it stays awake while people play.";
}

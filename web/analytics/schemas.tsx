import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { type EventRule, eventRulesSchema } from "../../protocol/analytics/event-schema.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { fetchRules, saveRules } from "./api.ts";
import { Part } from "./part.tsx";

const example = [
  {
    name: "shop_opened",
    policy: "warn",
    fields: { shelf: { type: "string", required: true, oneOf: ["hats", "boots"] } },
  },
];

/** What props of the game's own events must be, as JSON. */
export function Schemas({ game, mayChange }: { game: Game; mayChange: boolean }) {
  const rules = useQuery({
    queryKey: ["analytics", "rules", game.id],
    queryFn: () => fetchRules(game.id),
  });
  return (
    <Card
      title="Schemas"
      note="What the props of an event must be, by its name. “warn” keeps what does not fit and says so; “drop” does not keep it."
    >
      <Part query={rules}>
        {(data) => <Editor game={game} rules={data.rules} mayChange={mayChange} />}
      </Part>
    </Card>
  );
}

function Editor({
  game,
  rules,
  mayChange,
}: {
  game: Game;
  rules: readonly EventRule[];
  mayChange: boolean;
}) {
  const id = useId();
  const queries = useQueryClient();
  const showToast = useToast();
  const [text, setText] = useState(() => JSON.stringify(rules, null, 2));
  const [wrong, setWrong] = useState("");
  const save = useMutation({
    mutationFn: (next: readonly EventRule[]) => saveRules(game.id, next),
    onSuccess: (saved) => {
      setText(JSON.stringify(saved.rules, null, 2));
      queries.setQueryData(["analytics", "rules", game.id], saved);
      showToast("Saved. It holds from the next batch on.");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = rulesIn(text);
    setWrong(typeof checked === "string" ? checked : "");
    if (typeof checked !== "string") save.mutate(checked);
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        Schemas as JSON
      </label>
      <textarea
        id={id}
        rows={12}
        spellCheck={false}
        readOnly={!mayChange}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        className="block w-full rounded-control border border-edge bg-surface p-3 font-mono text-sm"
      />
      {mayChange && (
        <div className="mt-3 flex flex-wrap gap-3">
          <Button type="submit" variant="primary" busy={save.isPending}>
            Save
          </Button>
          {rules.length === 0 && (
            <Button onClick={() => setText(JSON.stringify(example, null, 2))}>
              Begin with an example
            </Button>
          )}
        </div>
      )}
      <Complaint>{wrong || (save.isError && identityAdvice(save.error))}</Complaint>
    </form>
  );
}

/** The rules in a text, or what is wrong with it. */
function rulesIn(text: string): readonly EventRule[] | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return "This is not JSON.";
  }
  const checked = eventRulesSchema.safeParse({ rules: given });
  if (checked.success) return checked.data.rules;
  const issue = checked.error.issues[0];
  return `${issue?.path.slice(1).map(String).join(".") ?? ""}: ${issue?.message ?? "does not fit"}`;
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { createGameSchema } from "../../protocol/analytics/game.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { useMe } from "../identity/use-me.ts";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { createGame } from "./api.ts";

/** Makes a game, and goes to where its first event is sent from. */
export function CreateGame() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const { me } = useMe();
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: createGame,
    onSuccess: async (game) => {
      await queries.invalidateQueries({ queryKey: ["analytics", "games"] });
      navigate(`/analytics/${game.id}`);
    },
  });
  const checked = createGameSchema.safeParse({
    name,
    ...(owner === "" ? {} : { organizationId: owner }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checked.success) make.mutate(checked.data);
  };
  const organizations = (me?.organizations ?? []).filter(({ role }) => role !== "member");
  return (
    <Card title="Make a game">
      <form noValidate onSubmit={submit}>
        <Field
          label="Name of the game"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={tried && !checked.success ? "Use one line of at most 60 characters." : undefined}
        />
        {organizations.length > 0 && (
          <Select
            label="Whose it is"
            value={owner}
            options={[
              { value: "", text: "Mine" },
              ...organizations.map(({ id, name: text }) => ({ value: id, text })),
            ]}
            onChoose={setOwner}
          />
        )}
        <Button type="submit" variant="primary" busy={make.isPending} className="mt-3 w-full">
          Make the game
        </Button>
        <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
      </form>
    </Card>
  );
}

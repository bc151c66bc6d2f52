import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Operator } from "../../protocol/identity/operator.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useToast } from "../ui/toast.tsx";
import { type Access, addOperator, fetchOperators, removeOperator } from "./api.ts";
import { Card } from "./card.tsx";

const keyOf = (access: Access) => ["ops", "operators", access];

/** Accounts that may open this page. */
export function OperatorsCard({ access }: { access: Access }) {
  const operators = useQuery({
    queryKey: keyOf(access),
    queryFn: () => fetchOperators(access),
    // Only when somebody wants to see them: it asks Postgres, which may be asleep.
    enabled: false,
    retry: false,
  });
  return (
    <Card title="Operators" note="Accounts that may open this page and retry jobs.">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">Asks Postgres, and wakes it if it sleeps.</p>
        <Button busy={operators.isFetching} onClick={() => void operators.refetch()}>
          {operators.data === undefined ? "Show operators" : "Look again"}
        </Button>
      </div>
      {operators.isFetching && operators.data === undefined && <Skeleton className="mt-3 h-20" />}
      {operators.error !== null && (
        <p className="mt-3 text-bad">{identityAdvice(operators.error)}</p>
      )}
      {operators.data !== undefined && <Operators operators={operators.data} access={access} />}
    </Card>
  );
}

function Operators({ operators, access }: { operators: readonly Operator[]; access: Access }) {
  const [leaving, setLeaving] = useState<Operator | null>(null);
  return (
    <>
      {operators.length === 0 ? (
        <div className="mt-3">
          <EmptyState title="No operators yet">
            Add the first by the address of their account; until then the token alone opens this.
          </EmptyState>
        </div>
      ) : (
        <ul className="mt-2 divide-y divide-line">
          {operators.map((operator) => (
            <li key={operator.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <div className="min-w-0 flex-1 basis-60">
                <p className="font-medium break-words">{operator.name}</p>
                <p className="text-sm break-words text-muted">{operator.email}</p>
              </div>
              <Button aria-label={`Remove ${operator.email}`} onClick={() => setLeaving(operator)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddForm access={access} />
      <RemoveDialog operator={leaving} access={access} onDone={() => setLeaving(null)} />
    </>
  );
}

function AddForm({ access }: { access: Access }) {
  const [email, setEmail] = useState("");
  const [error, setError] = useState<string | undefined>();
  const queries = useQueryClient();
  const showToast = useToast();
  const add = useMutation({
    mutationFn: () => addOperator(access, email.trim()),
    onSuccess: async (operator) => {
      setEmail("");
      setError(undefined);
      showToast(`${operator.email} is an operator now`);
      await queries.refetchQueries({ queryKey: keyOf(access), type: "all" });
    },
    onError: (problem) => setError(identityAdvice(problem)),
  });
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() === "") setError("Enter the address of an account.");
    else add.mutate();
  };
  return (
    <form
      onSubmit={give}
      noValidate
      className="mt-4 flex flex-wrap items-start gap-x-3 border-t border-line pt-4"
    >
      <Field
        label="Add an operator by email"
        type="email"
        className="min-w-0 flex-1 basis-60"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={error}
      />
      <Button type="submit" variant="primary" busy={add.isPending} className="mt-6">
        Add
      </Button>
    </form>
  );
}

interface RemoveDialogProps {
  /** Null while nobody is to be removed. */
  readonly operator: Operator | null;
  readonly access: Access;
  readonly onDone: () => void;
}

function RemoveDialog({ operator, access, onDone }: RemoveDialogProps) {
  const queries = useQueryClient();
  const showToast = useToast();
  const remove = useMutation({
    mutationFn: async ({ id }: Operator) => await removeOperator(access, id),
    onSuccess: async (_, { email }) => {
      onDone();
      showToast(`${email} is no operator any more`);
      await queries.refetchQueries({ queryKey: keyOf(access), type: "all" });
    },
    onError: (problem) => showToast(identityAdvice(problem)),
  });
  return (
    <Dialog open={operator !== null} title="Remove this operator?" onClose={onDone}>
      <p className="text-muted">
        {operator?.email} becomes an ordinary account and is signed out everywhere, so that it holds
        at once.
      </p>
      <div className="mt-5 flex flex-wrap gap-3">
        <Button
          variant="primary"
          busy={remove.isPending}
          onClick={() => operator && remove.mutate(operator)}
        >
          Remove
        </Button>
        <Button onClick={onDone}>Keep</Button>
      </div>
    </Dialog>
  );
}

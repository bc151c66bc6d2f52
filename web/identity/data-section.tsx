import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ErasureReceipt, User } from "../../protocol/identity/account.ts";
import { ApiProblem } from "../api/problem.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { identityAdvice } from "./advice.ts";
import { eraseMe } from "./api.ts";
import { Complaint } from "./entry.tsx";
import { momentText } from "./moment.ts";
import { PasswordField } from "./password-field.tsx";
import { Card, Section } from "./section.tsx";
import { useFreshStart } from "./use-me.ts";

/** Taking one's data along, and having it forgotten. */
export function DataSection({ user }: { user: User }) {
  const [open, setOpen] = useState(false);
  const freshStart = useFreshStart();
  const erase = useMutation({ mutationFn: eraseMe });
  const close = () => {
    setOpen(false);
    // Nobody is signed in any more, however the receipt was closed.
    if (erase.isSuccess) void freshStart();
  };
  return (
    <Section title="Your data" about="All of it is yours: take it along, or have it forgotten.">
      <Card>
        <div className="flex flex-wrap items-center justify-between gap-4 p-5">
          <p className="max-w-prose">Everything that is kept of you, as one JSON file.</p>
          <a href="/v1/me/export" download="offrail-export.json" className={buttonClass()}>
            Download
          </a>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-4 border-t border-line bg-bad-soft p-5">
          <p className="max-w-prose">
            Erase {user.guest ? "this guest" : "this account"} and everything it made. There is no
            way back.
          </p>
          <Button variant="danger" onClick={() => setOpen(true)}>
            Erase everything
          </Button>
        </div>
      </Card>
      <Dialog open={open} title="Erase everything" onClose={close}>
        {erase.isSuccess ? (
          <Receipt receipt={erase.data} onClose={close} />
        ) : (
          <EraseForm user={user} erase={erase} />
        )}
      </Dialog>
    </Section>
  );
}

type EraseFormProps = {
  user: User;
  erase: UseMutationResult<ErasureReceipt, Error, string | undefined>;
};

function EraseForm({ user, erase }: EraseFormProps) {
  const [password, setPassword] = useState("");
  const wrong = erase.error instanceof ApiProblem && erase.error.code === "credentials_invalid";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate(user.guest ? undefined : password);
  };
  return (
    <form noValidate onSubmit={submit}>
      <p>
        Your profile, your sessions, your keys and everything you made are erased at once, and so
        are organizations that have nobody else. You get a receipt.
      </p>
      {!user.guest && (
        <div className="mt-4">
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={wrong ? "This is not your password." : undefined}
          />
        </div>
      )}
      <Button
        type="submit"
        variant="danger"
        className="mt-4 w-full"
        busy={erase.isPending}
        disabled={!user.guest && password === ""}
      >
        {erase.isPending ? "Erasing" : "Erase everything now"}
      </Button>
      <Complaint>{erase.isError && !wrong && identityAdvice(erase.error)}</Complaint>
    </form>
  );
}

/** Proof of what was done. */
function Receipt({ receipt, onClose }: { receipt: ErasureReceipt; onClose: () => void }) {
  const rows = Object.entries(receipt.rows).filter(([, count]) => count > 0);
  return (
    <div role="status">
      <p>
        Erased on {momentText(receipt.erasedAt)}. Your receipt is{" "}
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-sm break-all">
          {receipt.id}
        </code>
        .
      </p>
      <dl className="mt-4 grid grid-cols-[1fr_auto] gap-x-6 gap-y-1">
        {rows.map(([table, count]) => (
          <div key={table} className="contents">
            <dt className="text-muted">{table.replaceAll("_", " ")}</dt>
            <dd className="text-right tabular-nums">{count}</dd>
          </div>
        ))}
      </dl>
      <Button variant="primary" className="mt-5 w-full" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}

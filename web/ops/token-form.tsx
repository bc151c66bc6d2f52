import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import type { Me } from "../../protocol/identity/account.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { keepToken } from "./token.ts";

/** Asks for an operator's account, or for the operators' token. */
export function TokenForm({ refused, me }: { refused: boolean; me: Me | null }) {
  const [token, setToken] = useState("");
  const [empty, setEmpty] = useState(false);
  const give = (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    setEmpty(given === "");
    if (given !== "") keepToken(given);
  };
  return (
    <form
      onSubmit={give}
      noValidate
      className="mt-6 max-w-xl rounded-card border border-line bg-surface p-5 shadow-card"
    >
      <p className="mb-4 text-muted">
        This page is for those who run this house.{" "}
        {me === null ? (
          <>
            <Link href="/sign-in?next=%2Fops" className="font-medium text-accent underline">
              Sign in
            </Link>{" "}
            with an operator's account,
          </>
        ) : (
          <>This account is not an operator's: ask one of them to add it,</>
        )}{" "}
        or enter the token. It is the Worker's secret{" "}
        <code className="font-mono text-sm">OPS_TOKEN</code>, stays in this tab and is forgotten
        with it.
      </p>
      <Field
        label="Operator token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={token}
        onChange={(event) => setToken(event.target.value)}
        error={empty ? "Enter the token." : refused ? "This token opens nothing here." : undefined}
      />
      <Button type="submit" variant="primary" className="mt-2">
        Open
      </Button>
    </form>
  );
}

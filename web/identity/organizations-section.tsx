import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { z } from "zod";
import {
  createOrganizationSchema,
  type OrganizationOfUser,
} from "../../protocol/identity/organization.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Field } from "../ui/field.tsx";
import { Table } from "../ui/table.tsx";
import { identityAdvice } from "./advice.ts";
import { createOrganization } from "./api.ts";
import { Choice } from "./choice.tsx";
import { Complaint } from "./entry.tsx";
import { useForm } from "./form.ts";
import { kindWords, roleWords } from "./roles.ts";
import { Card, Section } from "./section.tsx";
import { useFreshStart } from "./use-me.ts";

type OrganizationsSectionProps = { organizations: readonly OrganizationOfUser[] };

export function OrganizationsSection({ organizations }: OrganizationsSectionProps) {
  const [open, setOpen] = useState(false);
  const make = <Button onClick={() => setOpen(true)}>New organization</Button>;
  return (
    <Section title="Organizations" about="Work together: a shop, a game studio, a business.">
      {organizations.length === 0 ? (
        <EmptyState title="None yet" actions={make}>
          Make one and invite others, or ask somebody to invite you.
        </EmptyState>
      ) : (
        <>
          <OrganizationTable organizations={organizations} />
          <div className="mt-3">{make}</div>
        </>
      )}
      <Dialog open={open} title="New organization" onClose={() => setOpen(false)}>
        <CreateOrganization />
      </Dialog>
    </Section>
  );
}

function OrganizationTable({ organizations }: OrganizationsSectionProps) {
  return (
    <Card>
      <Table
        caption="Your organizations"
        rows={organizations}
        rowKey={({ id }) => id}
        columns={[
          {
            title: "Name",
            wide: true,
            cell: ({ name, slug }) => (
              <>
                <span className="block break-words">{name}</span>
                <span className="block text-sm font-normal text-muted">{slug}</span>
              </>
            ),
          },
          { title: "Kind", minor: true, cell: ({ kind }) => kindWords[kind] },
          { title: "You are", minor: true, cell: ({ role }) => roleWords[role] },
          {
            title: "Actions",
            cell: ({ id, name }) => (
              <Link
                href={`/organization/${id}`}
                aria-label={`Open ${name}`}
                className={buttonClass()}
              >
                Open
              </Link>
            ),
          },
        ]}
      />
    </Card>
  );
}

const kinds = Object.entries(kindWords).map(([value, text]) => ({ value, text }));
const words = {
  name: "Use one line of ordinary characters, at most 60.",
  slug: "Use 3 to 40 lower case letters, digits and single hyphens.",
};

/** A short name that is left empty is made of the name. */
const formSchema = z
  .object({ name: z.string(), slug: z.string(), kind: z.string() })
  .transform((typed) => ({ ...typed, slug: typed.slug || slugOf(typed.name) }))
  .pipe(createOrganizationSchema);

function CreateOrganization() {
  const [, navigate] = useLocation();
  const freshStart = useFreshStart();
  const initial = { name: "", slug: "", kind: "shop" };
  const { values, field, onSubmit } = useForm(initial, formSchema, words);
  const make = useMutation({
    mutationFn: createOrganization,
    onSuccess: async ({ id }) => {
      await freshStart();
      navigate(`/organization/${id}`);
    },
  });
  const { error: _fitsAlways, ...kind } = field("kind");
  return (
    <form noValidate onSubmit={onSubmit((typed) => make.mutate(typed))}>
      <Field label="Name" maxLength={60} placeholder="Ada's prints" {...field("name")} />
      <Field
        label="Short name"
        maxLength={40}
        placeholder={slugOf(values.name) || "adas-prints"}
        hint="For addresses; nobody else can have it."
        autoCapitalize="off"
        {...field("slug")}
      />
      <Choice label="Kind" options={kinds} {...kind} />
      <Button type="submit" variant="primary" busy={make.isPending} className="mt-5 w-full">
        Make it
      </Button>
      <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
    </form>
  );
}

/** What a short name for this name could be. */
function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}|['’]/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}

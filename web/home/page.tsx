import { Link } from "wouter";
import { Badge } from "../ui/badge.tsx";
import { Main, PageHeading } from "../ui/page.tsx";
import { Table } from "../ui/table.tsx";
import { CreateRoomForm } from "../watch/create-form.tsx";
import { modules } from "./modules.ts";

const ideas = [
  {
    title: "Asleep by default",
    text: "Nothing runs unless somebody does something. A room in which people only watch sleeps.",
    link: undefined,
  },
  {
    title: "Bounded in size",
    text: "Functions keep nothing between requests, and every room states the most it can hold.",
    link: undefined,
  },
  {
    title: "The bill is measured",
    text: "Commands, queries and wakes are counted and priced against the always-on design:",
    link: { href: "/cost", text: "compare the bills" },
  },
] as const;

/** What Offrail is, and the way to what works, in one screen. */
export default function HomePage() {
  return (
    <Main title="Offrail">
      <div className="grid gap-x-12 gap-y-7 lg:grid-cols-[1fr_21rem] lg:grid-rows-[auto_1fr]">
        <div>
          <PageHeading className="text-display">
            Five backends that sleep until somebody needs them
          </PageHeading>
          <p className="mt-4 max-w-2xl text-lg text-muted">
            Teams usually keep these five on a server that runs, and bills, all night. Offrail
            rebuilds them as stateless edge functions and small rooms that go to sleep when nobody
            is there.
          </p>
        </div>
        <section
          aria-labelledby="try-watch"
          className="rounded-card border border-line bg-surface p-5 shadow-card lg:row-span-2"
        >
          <h2 id="try-watch" className="text-lg font-semibold">
            Watch one video in step
          </h2>
          <p className="mt-1 mb-3 text-[0.9375rem] text-muted">
            Start a room here and open its link in a second browser.
          </p>
          <CreateRoomForm />
        </section>
        <ul className="grid content-start gap-5 sm:grid-cols-3">
          {ideas.map(({ title, text, link }) => (
            <li key={title} className="border-t-2 border-accent pt-2">
              <h2 className="font-semibold">{title}</h2>
              <p className="mt-0.5 text-[0.9375rem] text-muted">
                {text}
                {link !== undefined && (
                  <>
                    {" "}
                    <Link
                      href={link.href}
                      className="font-medium text-accent underline underline-offset-3"
                    >
                      {link.text}
                    </Link>
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      </div>
      <Modules />
    </Main>
  );
}

function Modules() {
  return (
    <section aria-labelledby="modules" className="mt-8">
      <h2 id="modules" className="sr-only">
        The five backends
      </h2>
      <div className="rounded-card border border-line bg-surface">
        <Table
          caption="The five backends and what there is of each"
          rows={modules}
          rowKey={({ id }) => id}
          columns={[
            { title: "Backend", cell: (module) => <ModuleName {...module} /> },
            {
              title: "What it does",
              wide: true,
              minor: true,
              cell: ({ what }) => <span className="text-muted">{what}</span>,
            },
            {
              title: "State",
              cell: ({ href }) => (
                <Badge tone={href === null ? "neutral" : "good"}>
                  {href === null ? "Not built yet" : "Works now"}
                </Badge>
              ),
            },
          ]}
        />
      </div>
      <p className="mt-3 text-[0.9375rem] text-muted">
        Every route is described in the{" "}
        <Link href="/docs" className="font-medium text-accent underline underline-offset-3">
          API reference
        </Link>
        .
      </p>
    </section>
  );
}

function ModuleName({ name, href }: { name: string; href: string | null }) {
  if (href === null) return name;
  return (
    <Link href={href} className="text-accent underline underline-offset-3">
      {name}
    </Link>
  );
}

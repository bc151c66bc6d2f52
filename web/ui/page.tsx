import { type ReactNode, useEffect, useRef } from "react";

/**
 * Where the visit began. That page keeps the browser's own focus; every other takes it. The browser
 * is asked, because this module may be loaded only after somebody has moved on.
 */
const [navigation] = performance.getEntriesByType("navigation");
const landing = new URL(navigation?.name ?? window.location.href).pathname;
let visited = false;

/** The main region of a page, and the window's title. It holds one `PageHeading`. */
export function Main({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = title === "Offrail" ? title : `${title} · Offrail`;
  }, [title]);
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto w-full max-w-6xl flex-1 px-4 py-6 sm:px-6 sm:py-8"
    >
      {children}
    </main>
  );
}

/**
 * The page's one `h1`. When the router brings a new page, focus goes here, so that keyboard and
 * screen reader start where the eye does.
 */
export function PageHeading({ className, children }: { className: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Who is quick leaves the first page before it was ever drawn.
    if (visited || window.location.pathname !== landing) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    visited = true;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  );
}

type PageProps = {
  /** Stands in the window's title and in the heading. */
  title: string;
  /** Beside the heading, on the right. */
  aside?: ReactNode;
  children: ReactNode;
};

/** A page with an ordinary heading. */
export function Page({ title, aside, children }: PageProps) {
  return (
    <Main title={title}>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <PageHeading className="min-w-0 text-2xl font-semibold tracking-tight break-words">
          {title}
        </PageHeading>
        {aside}
      </div>
      {children}
    </Main>
  );
}

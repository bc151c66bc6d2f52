import type { ReactNode } from "react";
import { Link } from "wouter";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { useTheme } from "./theme.ts";

const navClass =
  "inline-flex min-h-11 items-center rounded-control px-2 text-[0.9375rem] font-medium text-muted hover:text-ink aria-[current=page]:text-ink sm:px-3";

/** What stands around every page: the way past the header, the header, and the footer. */
export function Frame({ children, footer }: { children: ReactNode; footer: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-control bg-accent px-4 py-2.5 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Header />
      {children}
      <footer className="border-t border-line">
        <div className="mx-auto flex min-h-14 w-full max-w-6xl flex-wrap items-center justify-between gap-x-6 px-4 py-2 text-sm text-muted sm:px-6">
          {footer}
        </div>
      </footer>
    </div>
  );
}

function Header() {
  const [theme, chooseTheme] = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 w-full max-w-6xl items-center gap-1 px-4 sm:px-6">
        <Link
          href="/"
          className="mr-auto inline-flex min-h-11 items-center gap-2.5 text-lg font-semibold tracking-tight"
        >
          <img src="/favicon.svg" alt="" width={26} height={26} />
          Offrail
        </Link>
        <nav aria-label="Site" className="flex items-center">
          <Link href="/watch" className={navClass}>
            Watch
          </Link>
          <Link href="/match" className={navClass}>
            Match
          </Link>
          {/* A phone has no room for these there; the footer has them on every page. */}
          <Link href="/analytics" className={`max-sm:hidden ${navClass}`}>
            Analytics
          </Link>
          <Link href="/cost" className={`max-sm:hidden ${navClass}`}>
            Cost
          </Link>
          <Link href="/docs" className={navClass}>
            API
          </Link>
        </nav>
        <Link
          href="/account"
          aria-label="Your account"
          title="Your account"
          className="grid size-11 shrink-0 place-items-center rounded-control text-ink hover:bg-sunken"
        >
          <Icon name="user" size={22} />
        </Link>
        <IconButton
          icon={other === "dark" ? "moon" : "sun"}
          label={`Use the ${other} theme`}
          onClick={() => chooseTheme(other)}
        />
      </div>
    </header>
  );
}

import { Link } from "wouter";
import { buttonClass } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";

export default function NotFoundPage() {
  return (
    <Page title="There is no page here">
      <p className="mt-2 max-w-prose text-muted">
        The address may be mistyped, or the page has moved. These are the ways on:
      </p>
      <div className="mt-6 flex flex-wrap gap-3">
        <Link href="/" className={buttonClass("primary")}>
          Home
        </Link>
        <Link href="/watch" className={buttonClass()}>
          Watch together
        </Link>
        <Link href="/docs" className={buttonClass()}>
          API reference
        </Link>
      </div>
    </Page>
  );
}

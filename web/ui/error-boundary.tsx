import { Component, type ErrorInfo, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

type State = { failed: boolean };

/**
 * Stands in for a page that could not be drawn. The usual cause is a deploy since the page was
 * opened: its lazily loaded parts have other names now, and loading the page again finds them.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error("The page could not be drawn", error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main id="main" className="mx-auto w-full max-w-2xl flex-1 px-4 py-16">
        <h1 className="sr-only">This page did not load</h1>
        <EmptyState
          title="This page did not load"
          actions={
            <Button variant="primary" onClick={() => window.location.reload()}>
              Load again
            </Button>
          }
        >
          Offrail may have been updated since you opened it, or the connection broke off.
        </EmptyState>
      </main>
    );
  }
}

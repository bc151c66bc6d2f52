import { type ReactNode, type RefObject, useState } from "react";
import { Button } from "./button.tsx";
import { toClipboard } from "./clipboard.ts";
import { Icon } from "./icon.tsx";

/**
 * Copies a text that stands on the page. Where the page has no clipboard the text is marked and copied
 * as by hand, and if that fails it stays marked.
 */
export function Copy({
  text,
  shown,
  children,
}: {
  text: string;
  /** Where the text stands. */
  shown: RefObject<HTMLElement | null>;
  children: ReactNode;
}) {
  const [outcome, setOutcome] = useState<"copied" | "marked">();
  const copy = async () => {
    const copied = (await toClipboard(text)) || copyMarked(shown.current);
    setOutcome(copied ? "copied" : "marked");
  };
  return (
    <>
      <Button variant="primary" className="mt-3" onClick={() => void copy()}>
        <Icon name={outcome === "copied" ? "check" : "copy"} />
        {outcome === "copied" ? "Copied" : children}
      </Button>
      <p role="status" className="mt-2 text-sm empty:hidden">
        {outcome === "marked" &&
          "The browser does not let this page copy. The text is marked: copy it by hand."}
      </p>
    </>
  );
}

function copyMarked(shown: HTMLElement | null): boolean {
  if (shown === null) return false;
  getSelection()?.selectAllChildren(shown);
  // Deprecated for the clipboard's own API, and the only one that there is without it.
  return document.execCommand("copy");
}

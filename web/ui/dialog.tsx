import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./button.tsx";

type DialogProps = {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
};

/**
 * A modal over the page. The browser's own `<dialog>` keeps focus inside, closes on Escape and
 * gives focus back to where it was.
 */
export function Dialog({ open, title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      className="m-auto w-[min(32rem,calc(100vw-2rem))] rounded-card border border-line bg-surface p-0 text-ink shadow-float backdrop:bg-[oklch(10%_0.02_200/0.55)]"
    >
      {open && (
        <>
          <div className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-5">
            <h2 id={titleId} className="text-lg font-semibold">
              {title}
            </h2>
            <IconButton icon="close" label="Close" onClick={() => dialog.current?.close()} />
          </div>
          <div className="p-5">{children}</div>
        </>
      )}
    </dialog>
  );
}

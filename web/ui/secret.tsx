import { type ReactNode, useRef } from "react";
import { Copy } from "./copy.tsx";

/** A key that nobody can be shown again, to be copied. */
export function Secret({ text, children }: { text: string; children?: ReactNode }) {
  const shown = useRef<HTMLParagraphElement>(null);
  return (
    <div>
      <p role="status">
        {children}
        <strong>It is shown this once</strong>: copy it now, and keep it like a password.
      </p>
      <p
        ref={shown}
        className="mt-4 rounded-control bg-sunken p-3 font-mono text-sm break-all select-all"
      >
        {text}
      </p>
      <Copy text={text} shown={shown}>
        Copy the key
      </Copy>
    </div>
  );
}

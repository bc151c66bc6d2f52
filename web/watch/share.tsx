import { useId, useState } from "react";
import type { RoomOptions } from "../../protocol/watch/options.ts";
import { Button } from "../ui/button.tsx";
import { toClipboard } from "../ui/clipboard.ts";
import { Icon } from "../ui/icon.tsx";
import { useToast } from "../ui/toast.tsx";

const copiedShown_ms = 2_000;

type ShareProps = { link: string; options: RoomOptions | null };

/** The room's link, to read and to copy. */
export function Share({ link, options }: ShareProps) {
  const id = useId();
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (await toClipboard(link)) {
      setCopied(true);
      setTimeout(() => setCopied(false), copiedShown_ms);
      toast("Link copied. Send it to whom you want to watch with.");
    } else {
      document.getElementById(id)?.focus();
      toast("The browser did not allow copying: the link is selected, copy it yourself.");
    }
  };
  return (
    <section aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} className="mb-2 font-semibold">
        <label htmlFor={id}>Link to this room</label>
      </h2>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={link}
          onFocus={(event) => event.target.select()}
          className="min-h-11 w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-sm text-muted"
        />
        <Button onClick={() => void copy()} className="w-28 shrink-0">
          <Icon name={copied ? "check" : "copy"} size={18} />
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <p className="mt-2 min-h-5 text-sm text-muted">{options !== null && whoComes(options)}</p>
    </section>
  );
}

/** What the link is good for, as the room is set at the moment. */
function whoComes({ locked, hasPassword, permissions }: RoomOptions): string {
  if (locked) return "The room is locked: with the link alone nobody new comes in.";
  if (hasPassword) return "Whoever has it and the password may come in.";
  return permissions.control === "viewer"
    ? "Whoever has it may come in and use the controls."
    : "Whoever has it may come in and watch.";
}

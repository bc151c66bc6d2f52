import { type FormEvent, useState } from "react";
import type { Source } from "../../../protocol/watch/source.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SourcePicker } from "../create/source-picker.tsx";

type AddDialogProps = {
  open: boolean;
  onClose: () => void;
  /** @returns false when the room could not be told */
  onAdd: (source: Source) => boolean;
};

/** Adds something to the queue. */
export function AddDialog({ open, onClose, onAdd }: AddDialogProps) {
  return (
    <Dialog open={open} title="Add to the queue" onClose={onClose}>
      <AddForm onClose={onClose} onAdd={onAdd} />
    </Dialog>
  );
}

function AddForm({ onClose, onAdd }: Omit<AddDialogProps, "open">) {
  const [source, setSource] = useState<Source | null>({ kind: "sample", id: "timecode" });
  const [asked, setAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (source !== null && onAdd(source)) onClose();
  };
  return (
    <form onSubmit={submit} noValidate>
      <SourcePicker onPick={setSource} asked={asked} />
      <div className="mt-5 flex justify-end gap-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary">
          Add it
        </Button>
      </div>
    </form>
  );
}

import type { Comparison } from "../../cost/compare.ts";
import { Button } from "../ui/button.tsx";
import { toClipboard } from "../ui/clipboard.ts";
import { Icon } from "../ui/icon.tsx";
import { useToast } from "../ui/toast.tsx";
import { commandOf, csvOf } from "./model.ts";
import { queryOf, type View } from "./view.ts";

/** Ways to pass on or keep what stands here. */
export function TakeAlong({ view, comparison }: { view: View; comparison: Comparison }) {
  const toast = useToast();
  // From the view and not from the address, which follows it a moment later.
  const copy = async () => {
    const { origin, pathname } = window.location;
    const copied = await toClipboard(`${origin}${pathname}${queryOf(view)}`);
    toast(
      copied
        ? "Link copied. It opens this view, with every number in it."
        : "The browser did not allow copying: the address of this page is the link.",
    );
  };
  const download = () => {
    const csv = new Blob([csvOf(comparison.edge, comparison.container)], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(csv);
    link.download = `offrail-bill-${view.modules}-${view.day}-${view.users}.csv`;
    link.click();
    // The browser has taken its own hold of it by the next turn.
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  return (
    <div className="flex flex-wrap items-center gap-3 print:hidden">
      <Button onClick={() => void copy()}>
        <Icon name="copy" size={18} />
        Copy link
      </Button>
      <Button onClick={download}>Download CSV</Button>
      <Button onClick={() => window.print()}>Print</Button>
      {view.own === null && Object.keys(view.changed).length === 0 && (
        <p className="min-w-0 text-sm text-muted">
          The same on the command line:{" "}
          <code className="font-mono break-words">{commandOf(view)}</code>
        </p>
      )}
    </div>
  );
}

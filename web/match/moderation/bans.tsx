import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Ban } from "../../../protocol/match/rest-moderation.ts";
import { momentText } from "../../identity/moment.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useToast } from "../../ui/toast.tsx";
import { fetchBans, liftBan } from "../api.ts";
import { Paged } from "../lists/paged.tsx";
import { matchAdvice, reasonText } from "../words.ts";

/** Bans that hold, newest first. */
export function BanList() {
  return (
    <div className="pt-4">
      <Paged
        label="Bans"
        queryKey={["match", "moderation", "bans"]}
        fetchPage={async (cursor) => {
          const { bans, cursor: next } = await fetchBans(cursor);
          return { items: bans, cursor: next };
        }}
        itemKey={({ id }) => id}
        empty={<EmptyState title="Nobody is banned">Bans come of decided reports.</EmptyState>}
      >
        {(ban) => <Row ban={ban} />}
      </Paged>
    </div>
  );
}

function Row({ ban: { id, user, reason, expiresAt } }: { ban: Ban }) {
  const name = user.name ?? "Somebody without a name";
  const queries = useQueryClient();
  const toast = useToast();
  const lift = useMutation({
    mutationFn: () => liftBan(id),
    onSuccess: async () => {
      toast(`${name} may call again`);
      await queries.invalidateQueries({ queryKey: ["match", "moderation"] });
    },
    onError: (error) => toast(matchAdvice(error)),
  });
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">
          {expiresAt === null ? "For good" : `Until ${momentText(expiresAt)}`} ·{" "}
          {reasonText(reason)}
        </p>
      </div>
      <Button
        aria-label={`Lift the ban of ${name}`}
        busy={lift.isPending}
        onClick={() => lift.mutate()}
      >
        Lift
      </Button>
    </div>
  );
}

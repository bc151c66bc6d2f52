import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Blocks } from "../../../protocol/match/rest-calls.ts";
import { dayText } from "../../identity/moment.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useToast } from "../../ui/toast.tsx";
import { fetchBlocks, unblockMember } from "../api.ts";
import { Face } from "../face.tsx";
import { matchAdvice } from "../words.ts";
import { Paged } from "./paged.tsx";

type Block = Blocks["blocks"][number];

/** Whom one has blocked, newest first. */
export function BlockList() {
  return (
    <Paged
      label="Blocked"
      queryKey={["match", "blocks"]}
      fetchPage={async (cursor) => {
        const { blocks, cursor: next } = await fetchBlocks(cursor);
        return { items: blocks, cursor: next };
      }}
      itemKey={({ member }) => member.userId}
      empty={
        <EmptyState title="You have blocked nobody">
          Whom you block in a call, or after it, you never meet again, and they are not told.
        </EmptyState>
      }
    >
      {(block) => <Row block={block} />}
    </Paged>
  );
}

function Row({ block: { member, createdAt } }: { block: Block }) {
  const name = member.name ?? "Somebody who has left";
  const queries = useQueryClient();
  const toast = useToast();
  const unblock = useMutation({
    mutationFn: () => unblockMember(member.userId),
    onSuccess: async () => {
      toast(`You may meet ${name} again`);
      await queries.invalidateQueries({ queryKey: ["match"] });
    },
    onError: (error) => toast(matchAdvice(error)),
  });
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      <Face name={name} path={member.picturePath} />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">Blocked on {dayText(createdAt)}</p>
      </div>
      <Button
        aria-label={`Unblock ${name}`}
        busy={unblock.isPending}
        onClick={() => unblock.mutate()}
      >
        Unblock
      </Button>
    </div>
  );
}

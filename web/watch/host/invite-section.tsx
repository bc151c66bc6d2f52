import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { WatchInvite } from "../../../protocol/watch/invite.ts";
import { isAtLeast, type WatchRole } from "../../../protocol/watch/permissions.ts";
import { adviceFor } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { toClipboard } from "../../ui/clipboard.ts";
import { Select } from "../../ui/select.tsx";
import { useToast } from "../../ui/toast.tsx";
import { makeInvite, revokeInvites, type Seated } from "./api.ts";

const hour_s = 3_600;
const lives = [
  { value: String(hour_s), text: "For an hour" },
  { value: String(24 * hour_s), text: "For a day" },
  { value: String(7 * 24 * hour_s), text: "For a week" },
] as const;
const roles = [
  { value: "viewer", text: "As viewers" },
  { value: "cohost", text: "As co-hosts" },
] as const;

type InviteSectionProps = { seated: () => Seated; role: WatchRole };

/** Links that let people in past the password, for a while. A locked room they do not open. */
export function InviteSection({ seated, role: own }: InviteSectionProps) {
  const toast = useToast();
  const [life, setLife] = useState<(typeof lives)[number]["value"]>("86400");
  const [role, setRole] = useState<(typeof roles)[number]["value"]>("viewer");
  const make = useMutation({
    mutationFn: () => makeInvite(seated(), { role, life_s: Number(life) }),
    onSuccess: async (made) => {
      if (await toClipboard(linkOf(seated().id, made))) toast("Invite link copied.");
    },
  });
  const revoke = useMutation({
    mutationFn: () => revokeInvites(seated()),
    onSuccess: () => {
      make.reset();
      toast("No invite link works any more.");
    },
  });
  return (
    <section aria-labelledby="invites">
      <h3 id="invites" className="font-semibold">
        Invite links
      </h3>
      <p className="mb-3 text-sm text-muted">
        Whoever has one comes in without the password, until it expires. A locked room lets in only
        those who come as co-hosts.
      </p>
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label="It works"
          value={life}
          options={lives}
          onChoose={setLife}
          className="flex-1 basis-32"
        />
        {own === "host" && (
          <Select
            label="People come"
            value={role}
            options={roles}
            onChoose={setRole}
            className="flex-1 basis-32"
          />
        )}
        <Button variant="primary" busy={make.isPending} onClick={() => make.mutate()}>
          Make a link
        </Button>
      </div>
      {make.isSuccess && (
        <label className="mt-3 block text-sm">
          <span className="mb-1 block text-muted">
            Good until {moment.format(make.data.expiresAt_ms)}
          </span>
          <input
            readOnly
            value={linkOf(seated().id, make.data)}
            onFocus={(event) => event.target.select()}
            className="min-h-11 w-full rounded-control border border-edge bg-surface px-3 text-muted"
          />
        </label>
      )}
      <p role="alert" className="mt-2 text-sm text-bad empty:hidden">
        {make.isError && adviceFor(make.error)}
        {revoke.isError && adviceFor(revoke.error)}
      </p>
      {isAtLeast(own, "cohost") && (
        <Button
          variant="quiet"
          busy={revoke.isPending}
          className="mt-2 -ml-3 px-3 text-sm"
          onClick={() => revoke.mutate()}
        >
          Make all earlier links worthless
        </Button>
      )}
    </section>
  );
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Behind the `#`, which browsers tell no server. */
function linkOf(id: string, { invite }: WatchInvite): string {
  return new URL(`/watch/${id}#invite=${invite}`, window.location.href).href;
}

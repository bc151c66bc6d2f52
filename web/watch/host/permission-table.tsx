import type { Permissions, WatchAction, WatchRole } from "../../../protocol/watch/permissions.ts";
import { Select } from "../../ui/select.tsx";

export const permissionRows: readonly { readonly action: WatchAction; readonly what: string }[] = [
  { action: "control", what: "Play, pause, seek and set the speed" },
  { action: "queue", what: "Add to the queue and put it in order" },
  { action: "chat", what: "Write in the chat" },
  { action: "invite", what: "Make invite links" },
  { action: "kick", what: "Put people out" },
];

const least: readonly { readonly value: WatchRole; readonly text: string }[] = [
  { value: "viewer", text: "Everybody" },
  { value: "cohost", text: "Co-hosts" },
  { value: "host", text: "Only the host" },
];

type PermissionTableProps = {
  permissions: Permissions;
  onChange: (permissions: Permissions) => void;
};

/** Who may do what. */
export function PermissionTable({ permissions, onChange }: PermissionTableProps) {
  return (
    <ul className="flex flex-col gap-2">
      {permissionRows.map(({ action, what }) => (
        <li key={action} className="flex items-center justify-between gap-4">
          <span aria-hidden="true" className="min-w-0 text-[0.9375rem]">
            {what}
          </span>
          <Select
            label={what}
            quiet
            value={permissions[action]}
            options={least}
            onChoose={(role) => onChange({ ...permissions, [action]: role })}
            className="w-36 shrink-0"
          />
        </li>
      ))}
    </ul>
  );
}

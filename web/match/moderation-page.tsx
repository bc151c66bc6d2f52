import { EntryLink } from "../identity/entry.tsx";
import { useMe } from "../identity/use-me.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { BanList } from "./moderation/bans.tsx";
import { ReportList } from "./moderation/reports.tsx";

/** What was reported, and who is banned: for those who look after the place. */
export default function MatchModerationPage() {
  const { me } = useMe();
  return (
    <Page title="Moderation of calls">
      <div className="mt-5">
        {me === null && (
          <EmptyState title="For operators">
            <EntryLink href="/sign-in?next=%2Fmatch%2Fmoderation">Sign in</EntryLink> with an
            operator's account.
          </EmptyState>
        )}
        {me && (
          <Tabs
            label="Moderation"
            tabs={[
              { id: "open", title: "Open", content: <ReportList state="open" /> },
              { id: "closed", title: "Decided", content: <ReportList state="closed" /> },
              { id: "bans", title: "Bans", content: <BanList /> },
            ]}
          />
        )}
      </div>
    </Page>
  );
}

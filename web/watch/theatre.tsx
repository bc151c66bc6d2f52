import { type ReactNode, useMemo, useRef } from "react";
import { defaultPermissions, isAtLeast, mayDo } from "../../protocol/watch/permissions.ts";
import { currentOf } from "../../protocol/watch/queue.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { useMedia } from "../ui/use-media.ts";
import { ChatPanel } from "./chat/chat-panel.tsx";
import { InStep } from "./in-step.tsx";
import { PeoplePanel } from "./people/people-panel.tsx";
import { type QueueActions, QueuePanel } from "./queue/queue-panel.tsx";
import type { RoomSnapshot, WatchSession } from "./session.ts";
import { Share } from "./share.tsx";
import { motionOf, Stage } from "./stage.tsx";
import { usePlayer } from "./use-player.ts";

/** So wide a window has the chat beside the picture; a narrower one has tabs below it. */
const wideQuery = "(min-width: 64rem)";

type TheatreProps = { id: string; session: WatchSession; snapshot: RoomSnapshot };

/** The picture, and around it the people, what they say and what comes next. */
export function Theatre({ id, session, snapshot }: TheatreProps) {
  const host = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wide = useMedia(wideQuery);
  const { anchor, members, queue, clock } = snapshot;
  const current = currentOf(queue);
  const [player, control] = usePlayer(host, current?.source, current?.id, session);
  const motion = motionOf(anchor?.playing ?? false, player.position_ms, player.duration_ms);
  const drift_ms = motion === "playing" ? player.drift_ms : null;

  const stage = (
    <Stage
      title={snapshot.options?.title ?? ""}
      onWrite={() => input.current?.focus()}
      {...{ session, snapshot, host, player, control }}
    />
  );
  const chat = <Chat input={input} session={session} snapshot={snapshot} />;
  const people = <People drift_ms={drift_ms} session={session} snapshot={snapshot} />;
  const next = <Queue session={session} snapshot={snapshot} />;
  const link = (
    <Share link={new URL(`/watch/${id}`, window.location.href).href} options={snapshot.options} />
  );
  const step = <InStep drift_ms={player.drift_ms} motion={motion} clock={clock} />;

  if (!wide)
    return (
      <div className={layout}>
        {/* The picture stays in sight while somebody reads or writes below it. */}
        <div className="sticky top-0 z-10 -mx-4 bg-canvas px-4 pt-2 sm:-mx-6 sm:px-6 landscape:static">
          {stage}
        </div>
        <div className={`${card} flex h-[calc(100dvh-21rem)] min-h-80 flex-col overflow-hidden`}>
          <Tabs
            label="The room"
            tabs={[
              { id: "chat", title: "Chat", content: chat },
              { id: "queue", title: "Queue", content: <Scroll>{next}</Scroll> },
              {
                id: "people",
                title: "People",
                count: members.length,
                content: (
                  <Scroll>
                    <Region title="People" hidden>
                      {people}
                    </Region>
                    <div className="flex flex-col gap-6 p-4">
                      {step}
                      {link}
                    </div>
                  </Scroll>
                ),
              },
            ]}
          />
        </div>
      </div>
    );
  return (
    <div className={layout}>
      <div className="flex min-w-0 flex-col gap-6">
        {stage}
        <section aria-label="Queue" className={card}>
          {next}
        </section>
        <div className="grid gap-6 sm:grid-cols-2">
          <div>{step}</div>
          <div>{link}</div>
        </div>
      </div>
      <div className="sticky top-4 flex h-[calc(100dvh-10.5rem)] max-h-[52rem] min-h-[32rem] flex-col gap-4">
        <Region
          title="People"
          note={members.length === 0 ? "" : String(members.length)}
          className={`${card} flex max-h-52 shrink-0 flex-col overflow-hidden pt-3 pb-2`}
        >
          <Scroll>{people}</Scroll>
        </Region>
        <Region
          title="Chat"
          hidden
          className={`${card} flex min-h-0 flex-1 flex-col overflow-hidden`}
        >
          {chat}
        </Region>
      </div>
    </div>
  );
}

const card = "rounded-card border border-line bg-surface shadow-card";
const layout = "mt-4 grid items-start gap-4 lg:gap-6 lg:grid-cols-[minmax(0,1fr)_21rem]";

type Inside = Pick<TheatreProps, "session" | "snapshot">;

function Chat({
  input,
  session,
  snapshot,
}: Inside & { input: Parameters<typeof ChatPanel>[0]["input"] }) {
  const { chat, reacted, unsent, members, memberId, typing, role } = snapshot;
  const permissions = snapshot.options?.permissions ?? defaultPermissions;
  const acts = useMemo(
    () => ({
      onSay: (text: string, replyTo: number | undefined) => session.say(text, replyTo),
      onReact: (to: number, emoji: Parameters<Parameters<typeof ChatPanel>[0]["onReact"]>[1]) => {
        session.tell({ type: "react", emoji, to });
      },
      onDelete: (messageId: number) => {
        session.tell({ type: "delete", messageId });
      },
      onTyping: () => session.typing(),
    }),
    [session],
  );
  const least = permissions.chat === "host" ? "the host" : "the host and co-hosts";
  return (
    <ChatPanel
      input={input}
      messages={chat}
      reacted={reacted}
      unsent={unsent}
      members={members}
      memberId={memberId}
      typing={typing}
      mayWrite={role === null || mayDo(role, "chat", permissions)}
      silence={`In this room only ${least} may write. Reactions are free to everybody.`}
      mayModerate={role !== null && isAtLeast(role, "cohost")}
      {...acts}
    />
  );
}

function People({ session, snapshot, drift_ms }: Inside & { drift_ms: number | null }) {
  const { members, memberId, role, options, waitingFor } = snapshot;
  const permissions = options?.permissions ?? defaultPermissions;
  return (
    <PeoplePanel
      members={members}
      memberId={memberId}
      ownDrift_ms={drift_ms}
      waitingFor={waitingFor}
      ownRole={role}
      mayKick={role !== null && mayDo(role, "kick", permissions)}
      actions={{
        setRole: (who, to) => session.tell({ type: "set_role", memberId: who, role: to }),
        handOver: (who) => session.tell({ type: "hand_over", memberId: who }),
        kick: (who) => session.tell({ type: "kick", memberId: who }),
        ban: (who) => session.tell({ type: "ban", memberId: who }),
      }}
    />
  );
}

function Queue({ session, snapshot }: Inside) {
  const { queue, voted, members, memberId, role, options } = snapshot;
  const permissions = options?.permissions ?? defaultPermissions;
  const actions: QueueActions = {
    add: (source) => session.tell({ type: "queue_add", source }),
    remove: (itemId) => session.tell({ type: "queue_remove", itemId }),
    move: (itemId, before) => session.tell({ type: "queue_move", itemId, before }),
    vote: (itemId, vote) => session.tell({ type: "queue_vote", itemId, vote }),
    skip: (itemId, vote) => session.tell({ type: "skip", itemId, vote }),
    next: (itemId, to) =>
      session.tell({ type: "next", itemId, ...(to === undefined ? {} : { to }) }),
    clearHistory: () => session.tell({ type: "history_clear" }),
  };
  return (
    <QueuePanel
      queue={queue}
      voted={voted}
      present={members.filter(({ away }) => !away).length}
      memberId={memberId}
      mayQueue={role !== null && mayDo(role, "queue", permissions)}
      mayLead={role !== null && isAtLeast(role, "cohost")}
      actions={actions}
    />
  );
}

type RegionProps = {
  title: string;
  note?: string;
  /** The heading is there for screen readers alone. */
  hidden?: boolean;
  className?: string;
  children: ReactNode;
};

function Region({ title, note = "", hidden = false, className = "", children }: RegionProps) {
  const id = `region-${title.toLowerCase()}`;
  return (
    <section aria-labelledby={id} className={className}>
      <h2 id={id} className={hidden ? "sr-only" : "px-4 pb-1 font-semibold"}>
        {title} <span className="font-normal text-muted tabular-nums">{note}</span>
      </h2>
      {children}
    </section>
  );
}

function Scroll({ children }: { children: ReactNode }) {
  return <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>;
}

/** Holds the places of the picture and of what stands beside it. */
export function TheatreSkeleton() {
  const wide = useMedia(wideQuery);
  return (
    <div className={layout}>
      <div className="rounded-card border border-transparent">
        <Skeleton className="aspect-video w-full" />
        <div className="h-13" />
      </div>
      {wide && (
        <div className="flex h-[calc(100dvh-10.5rem)] max-h-[52rem] min-h-[32rem] flex-col gap-4">
          <Skeleton className="h-24 shrink-0 rounded-card" />
          <Skeleton className="flex-1 rounded-card" />
        </div>
      )}
    </div>
  );
}

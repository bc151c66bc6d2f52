import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { createKey } from "./api.ts";

/** Teaches how to send the first event, with a command that works as it stands. */
export function FirstEvent({ game }: { game: Game }) {
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (env: AnalyticsEnv) =>
      createKey(game.id, { name: "First event", kind: "write", env }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["analytics", "keys", game.id] }),
  });
  const mayMake = game.role !== "member";
  return (
    <Card
      title="No events yet"
      note="Send the first one from a terminal; it is on this page within a minute."
    >
      {make.isSuccess ? (
        <Curl writeKey={make.data.key} />
      ) : (
        <>
          <p>
            {mayMake
              ? "A write key says whose events they are. It ships with your game and can do nothing else."
              : "Ask an admin of the organization for a write key."}
          </p>
          {mayMake && (
            <div className="mt-4 flex flex-wrap gap-3">
              <Button variant="primary" busy={make.isPending} onClick={() => make.mutate("live")}>
                Make a write key
              </Button>
              <Button busy={make.isPending} onClick={() => make.mutate("sandbox")}>
                Try it in the sandbox
              </Button>
            </div>
          )}
          <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
        </>
      )}
    </Card>
  );
}

/** A command that sends a session and a level, and may be run any number of times. */
export function Curl({ writeKey }: { writeKey: string }) {
  const [command] = useState(() => curlOf(writeKey, window.location.origin, Date.now()));
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <div>
      <p role="status">
        Your key is in the command. <strong>It is shown this once</strong>: keep it.
      </p>
      {/* A region that can be scrolled needs to be reached by keyboard. */}
      <section
        aria-label="The command"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keyboards must be able to
        tabIndex={0}
        className="relative mt-3 overflow-x-auto rounded-control bg-sunken p-3"
      >
        <pre className="font-mono text-sm whitespace-pre">{command}</pre>
      </section>
      <Button variant="primary" className="mt-3" onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} />
        {copied ? "Copied" : "Copy the command"}
      </Button>
      <p className="mt-3 max-w-prose text-sm text-muted">
        The answer names each event: ok, or duplicate when you send it again. Events are written to
        the database every half minute, so that it can sleep in between.
      </p>
    </div>
  );
}

function curlOf(writeKey: string, origin: string, now_ms: number): string {
  const uuid = (at_ms: number) => makeUuid7(at_ms, crypto.getRandomValues(new Uint8Array(10)));
  const session = uuid(now_ms - 60_000);
  const common = { player: "player-1", session };
  const events = [
    { uuid: uuid(now_ms - 60_000), kind: "session_start", ...common },
    { uuid: uuid(now_ms - 30_000), kind: "level", ...common, level: "1-1", status: "start" },
    { uuid: uuid(now_ms), kind: "level", ...common, level: "1-1", status: "complete" },
  ];
  const lines = events.map((event) => `    ${JSON.stringify(event)}`).join(",\n");
  return [
    `curl '${origin}/v1/analytics/batch' \\`,
    `  -H 'Authorization: Bearer ${writeKey}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"events":[\n${lines}\n  ]}'`,
  ].join("\n");
}

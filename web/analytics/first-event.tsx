import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { AnalyticsEnv } from "../../protocol/analytics/event.ts";
import type { Game } from "../../protocol/analytics/game.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { identityAdvice } from "../identity/advice.ts";
import { Complaint } from "../identity/entry.tsx";
import { Card } from "../ops/card.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Copy } from "../ui/copy.tsx";
import { createKey } from "./api.ts";
import { letsSleep } from "./first-seen.ts";
import { waitText } from "./text.ts";

/**
 * Teaches how to send the first event, with a command that works as it stands.
 * @param seen where the event is then seen, and how soon
 */
export function FirstEvent({ game, env, seen }: { game: Game; env: AnalyticsEnv; seen: string }) {
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => createKey(game.id, { name: "First event", kind: "write", env }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["analytics", "keys", game.id] }),
  });
  const [path] = useLocation();
  const mayMake = game.role !== "member";
  const sandbox = env === "sandbox";
  return (
    <Card
      title={sandbox ? "No events in the sandbox yet" : "No events yet"}
      note={`Send the first one from a terminal; ${seen}.`}
    >
      {make.isSuccess ? (
        <Curl writeKey={make.data.key} game={game} />
      ) : (
        <>
          <p>
            {mayMake
              ? `A write key says whose events they are. It ${sandbox ? "writes to the sandbox alone" : "ships with your game"} and can do nothing else.`
              : "Ask an admin of the organization for a write key."}
          </p>
          {mayMake && (
            <div className="mt-4 flex flex-wrap gap-3">
              <Button variant="primary" busy={make.isPending} onClick={() => make.mutate()}>
                {sandbox ? "Make a sandbox key" : "Make a write key"}
              </Button>
              {!sandbox && (
                <Link href={`${path}?env=sandbox`} className={buttonClass()}>
                  Try it in the sandbox
                </Link>
              )}
            </div>
          )}
          <Complaint>{make.isError && identityAdvice(make.error)}</Complaint>
        </>
      )}
    </Card>
  );
}

/** A command that sends a session and a level, and may be run any number of times. */
export function Curl({ writeKey, game }: { writeKey: string; game: Game }) {
  const [command] = useState(() => curlOf(writeKey, window.location.origin, Date.now()));
  const shown = useRef<HTMLPreElement>(null);
  const { flushEvery_s } = game.settings;
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
        <pre ref={shown} className="font-mono text-sm whitespace-pre">
          {command}
        </pre>
      </section>
      <Copy text={command} shown={shown}>
        Copy the command
      </Copy>
      <p className="mt-3 max-w-prose text-sm text-muted">
        The answer names each event: ok, or duplicate when you send it again. Events are written to
        the database together, {waitText(flushEvery_s)} after the first of them at most
        {letsSleep(flushEvery_s) ? ", so that it can sleep in between" : ""}.
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

import { z } from "zod";
import { batchAnswerSchema } from "../../../protocol/analytics/batch.ts";
import { commonHost, type Host } from "../../../sdk/host.ts";
import { limits } from "../../../sdk/limits.ts";
import type { EventStore } from "../../../sdk/store.ts";
import { Agenda } from "../arrivals.ts";
import { Attempts, Unanswered } from "../attempts.ts";
import type { Side } from "../driver.ts";
import { Taken } from "./taken.ts";

const kindSchema = z.object({ kind: z.string(), session: z.string().optional() });

/** One game with its players: what they share, and what they are to see of the world. */
export class Studio {
  /** What players mean to do in this run. */
  agenda = new Agenda();
  readonly attempts = new Attempts();
  readonly taken = new Taken();
  readonly side: Side;
  readonly gameId: string;
  readonly key: string;

  constructor(side: Side, { gameId, key }: { readonly gameId: string; readonly key: string }) {
    this.side = side;
    this.gameId = gameId;
    this.key = key;
  }

  /** A store that also remembers of which kind an event is, until it is answered. */
  storeFor(store: EventStore): EventStore {
    return {
      ...store,
      add: async (event) => {
        const { kind, session } = kindSchema.parse(JSON.parse(event.json));
        this.taken.made(event.uuid, kind, session);
        await store.add(event);
      },
    };
  }

  /**
   * The world of one player's SDK. A batch is due when its timer is, however late this process comes
   * to it, and the old design takes no compressed ones.
   * @param firstHeartbeat_ms when the first sign of life is due, from the session's first event
   */
  host(firstHeartbeat_ms: number): Host {
    let due_ms: number | undefined;
    let heartbeat_ms = firstHeartbeat_ms;
    return {
      ...commonHost,
      gzip: this.side.name === "edge" ? commonHost.gzip : undefined,
      after(wait_ms, work) {
        // A sign of life waits to be sent like any event; only a flush sends.
        const isHeartbeat = wait_ms === limits.heartbeat_ms;
        const whole_ms = Math.ceil(isHeartbeat ? heartbeat_ms : wait_ms);
        if (isHeartbeat) heartbeat_ms = limits.heartbeat_ms;
        const timerDue_ms = performance.now() + whole_ms;
        const timer = setTimeout(() => {
          if (!isHeartbeat) due_ms = timerDue_ms;
          work();
        }, whole_ms);
        return () => clearTimeout(timer);
      },
      fetch: (url, init) => {
        const dueNow_ms = due_ms ?? performance.now();
        due_ms = undefined;
        return this.#send(url, init, dueNow_ms);
      },
      alone: async (work) => {
        await work();
        // There was nothing to send, perhaps; what is sent later was due later.
        due_ms = undefined;
      },
      onHidden: () => () => {},
    };
  }

  async #send(url: string, init: RequestInit, due_ms: number): Promise<Response> {
    const answered = await this.attempts.of("batch", due_ms, async () => {
      const response = await fetch(url, init);
      const text = await response.text();
      this.attempts.recorder.received(Buffer.byteLength(text));
      if (!response.ok) throw new Unanswered(`status ${response.status}`);
      return { text, status: response.status };
    });
    // The SDK tries again, as it does without an answer.
    if (answered === undefined) return new Response(null, { status: 503 });
    this.#count(answered.text);
    return new Response(answered.text, { status: answered.status });
  }

  #count(text: string): void {
    const answer = batchAnswerSchema.safeParse(JSON.parse(text));
    if (!answer.success) {
      this.attempts.recorder.failed("batch", "an answer of another form");
      return;
    }
    for (const { uuid, status, reason } of answer.data.results) {
      if (status === "drop") this.attempts.recorder.failed("event", `dropped ${reason}`);
      else if (status === "retry") this.attempts.recorder.failed("event", "to be sent again");
      else if (uuid !== null) this.taken.answered(uuid);
    }
  }
}

import type { IceServer } from "../../../protocol/match/rest-lobby.ts";
import type { Candidate, Signal } from "../../../protocol/match/signal.ts";
import { type NegotiablePeer, Negotiation } from "../negotiation.ts";
import type { Runtime } from "../runtime.ts";
import type { CallSnapshot, PeerState } from "./snapshot.ts";

/** A way that is interrupted often heals by itself; after this it is helped. */
const interrupted_ms_max = 3_000;
/** A way that neither comes about nor fails for so long is helped. */
const connecting_ms_max = 6_000;
/**
 * So long the polite side leaves it to the other to begin, and to heal. Both at once is allowed, but
 * costs a rollback, after which Chromium at times (seen in 156, on a busy machine) never tells of a
 * candidate; and a connection without candidates neither connects nor fails.
 */
const yielding_ms = 2_000;
/** Attempts to heal one connection; then the person is told, and may go on to somebody else. */
const iceRestarts_max = 5;
/** After so long without a way through the person is told why that may be, whatever is tried still. */
const trouble_ms = 15_000;
/** Signals that wait until a peer connection stands; the room sends no more at once. */
const early_max = 64;

/** A peer connection that carries one's own sound and picture. */
export interface CallPeer extends NegotiablePeer {
  readonly state: PeerState;
  restartIce(): void;
  /** Says something to the partner's browser. @returns false while there is no channel */
  say(text: string): boolean;
  close(): void;
}

export interface CallPeerEvents {
  readonly onNeeded: () => void;
  readonly onCandidate: (candidate: Candidate | null) => void;
  readonly onState: () => void;
  readonly onRemote: (stream: MediaStream) => void;
  /** The channel for text has opened, or has closed. */
  readonly onChannel: () => void;
  /** From the partner's browser, whatever it says. */
  readonly onText: (text: string) => void;
}

export interface PeerPorts {
  /** STUN and TURN servers for this call; none when they cannot be had. */
  iceServers(): Promise<readonly IceServer[]>;
  createPeer(iceServers: readonly IceServer[], events: CallPeerEvents): CallPeer;
  /** Something of the negotiation failed; for those who look into it. */
  report(error: unknown): void;
}

interface PeerKeeperOptions {
  readonly ports: PeerPorts;
  readonly runtime: Runtime;
  readonly polite: boolean;
  readonly send: (signal: Signal) => void;
  readonly onChange: (change: Partial<Pick<CallSnapshot, "peer" | "remote" | "trouble">>) => void;
  readonly onChannel: () => void;
  readonly onText: (text: string) => void;
}

interface Current {
  readonly peer: CallPeer;
  readonly negotiation: Negotiation;
}

/** Keeps the peer connection of a call: one for each generation, healed when its way breaks. */
export class PeerKeeper {
  readonly #options: PeerKeeperOptions;
  #current: Current | undefined;
  /** Counts what was begun, so that what comes late is known for it. */
  #begun = 0;
  #early: Signal[] = [];
  #iceRestarts = 0;
  #stopHealing: (() => void) | undefined;
  #stopYielding: (() => void) | undefined;
  #stopWorrying: (() => void) | undefined;
  /** Whether there is a relay (TURN) for browsers that cannot reach each other. */
  #hasRelay = false;

  constructor(options: PeerKeeperOptions) {
    this.#options = options;
  }

  /** A new generation: what there was is over. */
  restart(): void {
    this.#drop();
    this.#options.onChange({ peer: "connecting", trouble: null });
    this.#worry();
    void this.#begin(this.#begun);
  }

  /** For the person who asks for it: as many attempts again. */
  tryAgain(): void {
    if (this.#current === undefined || this.#current.peer.state === "connected") return;
    this.#iceRestarts = 0;
    this.#options.onChange({ peer: "connecting", trouble: null });
    this.#calm();
    this.#worry();
    this.#heal();
  }

  take(signal: Signal): void {
    // The other has begun; whatever this side needs beyond that, the browser says again.
    if ("description" in signal && signal.description.type === "offer") this.#stopYielding?.();
    if (this.#current !== undefined) void this.#current.negotiation.take(signal);
    else if (this.#early.length < early_max) this.#early.push(signal);
  }

  /** Says something to the partner's browser. @returns false while there is no way to it */
  say(text: string): boolean {
    return this.#current?.peer.say(text) ?? false;
  }

  /** The socket is back: perhaps this machine has another address now. */
  reconnected(): void {
    const state = this.#current?.peer.state;
    if (state === "interrupted" || state === "failed") this.#heal();
  }

  close(): void {
    this.#drop();
    this.#options.onChange({ peer: "none", remote: null, trouble: null });
  }

  async #begin(begun: number): Promise<void> {
    const { ports, runtime, polite, send } = this.#options;
    const servers = await ports.iceServers();
    if (begun !== this.#begun) return;
    this.#hasRelay = servers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)));
    const now = () => begun === this.#begun;
    const peer = ports.createPeer(servers, {
      onNeeded: () => this.#needed(negotiation),
      onCandidate: (candidate) => negotiation.found(candidate),
      onState: () => now() && this.#stateChanged(),
      onRemote: (remote) => now() && this.#options.onChange({ remote }),
      onChannel: () => now() && this.#options.onChannel(),
      onText: (text) => now() && this.#options.onText(text),
    });
    const onTrouble = (error: unknown) => ports.report(error);
    const negotiation = new Negotiation({ peer, polite, send, runtime, onTrouble });
    this.#current = { peer, negotiation };
    this.#healAfter(connecting_ms_max);
    for (const signal of this.#early.splice(0)) this.take(signal);
  }

  /** The impolite side begins; the polite one does when nothing came of that. */
  #needed(negotiation: Negotiation): void {
    const { polite, runtime } = this.#options;
    if (!polite || negotiation.begun) void negotiation.needed();
    else this.#stopYielding ??= runtime.after(yielding_ms, () => void negotiation.needed());
  }

  #stateChanged(): void {
    const state = this.#current?.peer.state ?? "none";
    if (state === "connected") {
      this.#iceRestarts = 0;
      this.#stopHealing?.();
      this.#calm();
      this.#options.onChange({ peer: state, trouble: null });
      return;
    }
    this.#worry();
    if (state === "failed") this.#healAfter(0);
    else this.#healAfter(state === "interrupted" ? interrupted_ms_max : connecting_ms_max);
    this.#options.onChange({ peer: state });
  }

  /** Tells the person in a while, unless a way through is found before. */
  #worry(): void {
    this.#stopWorrying ??= this.#options.runtime.after(trouble_ms, () => this.#tellTrouble());
  }

  #tellTrouble(): void {
    this.#options.onChange({ trouble: { hasRelay: this.#hasRelay } });
  }

  #calm(): void {
    this.#stopWorrying?.();
    this.#stopWorrying = undefined;
  }

  #healAfter(delay_ms: number): void {
    const { polite, runtime } = this.#options;
    this.#stopHealing?.();
    this.#stopHealing = runtime.after(delay_ms + (polite ? yielding_ms : 0), () => this.#heal());
  }

  #heal(): void {
    if (this.#iceRestarts >= iceRestarts_max) {
      this.#tellTrouble();
      return;
    }
    this.#iceRestarts += 1;
    this.#current?.peer.restartIce();
    this.#healAfter(connecting_ms_max);
  }

  #drop(): void {
    this.#begun += 1;
    this.#stopHealing?.();
    this.#stopYielding?.();
    this.#stopYielding = undefined;
    this.#calm();
    this.#early = [];
    this.#iceRestarts = 0;
    this.#current?.negotiation.close();
    this.#current?.peer.close();
    this.#current = undefined;
  }
}

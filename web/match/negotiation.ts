import {
  type Candidate,
  candidates_max,
  type Description,
  type Signal,
} from "../../protocol/match/signal.ts";
import type { Runtime } from "./runtime.ts";

/** Candidates that come within this time go in one message. */
const gathering_ms = 25;

/** As much of an `RTCPeerConnection` as it takes to negotiate. */
export interface NegotiablePeer {
  readonly signalingState: RTCSignalingState;
  readonly localDescription: { readonly type: RTCSdpType; readonly sdp: string } | null;
  /** Makes the offer or the answer that fits the state, and sets it. */
  setLocalDescription(): Promise<void>;
  /** An offer rolls back one's own that is under way. */
  setRemoteDescription(description: Description): Promise<void>;
  addIceCandidate(candidate: Candidate): Promise<void>;
}

export interface NegotiationOptions {
  readonly peer: NegotiablePeer;
  /** Whether one yields when both make an offer at once; exactly one of the two does. */
  readonly polite: boolean;
  readonly send: (signal: Signal) => void;
  readonly runtime: Pick<Runtime, "after">;
  /** A step failed that should not have; the connection may not come about. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Perfect negotiation (W3C WebRTC 1.0, section 10.7; MDN, "Establishing a connection: the WebRTC
 * perfect negotiation pattern"): both sides may begin at any time, and when both do, the polite one
 * yields. One of these belongs to one peer connection, and so to one generation of a call.
 *
 * What the partner says is taken one after another: no candidate comes before its description.
 */
export class Negotiation {
  readonly #options: NegotiationOptions;
  #makingOffer = false;
  #ignoresOffer = false;
  #closed = false;
  #begun = false;
  #taken: Promise<void> = Promise.resolve();
  #gathered: Candidate[] = [];
  #stopGathering: (() => void) | undefined;
  #collisions = 0;

  constructor(options: NegotiationOptions) {
    this.#options = options;
  }

  /** Offers of the partner that came while one's own was under way. */
  get collisions(): number {
    return this.#collisions;
  }

  /** Whether either side has made an offer. */
  get begun(): boolean {
    return this.#begun;
  }

  /** For the event `negotiationneeded`. */
  async needed(): Promise<void> {
    if (this.#closed) return;
    this.#begun = true;
    const { peer } = this.#options;
    try {
      this.#makingOffer = true;
      await peer.setLocalDescription();
      // Meanwhile the partner's offer may have been taken and answered: then this is no offer.
      this.#describe("offer");
    } catch (error) {
      this.#trouble(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  /** For the event `icecandidate`; null says that there will be no more for now. */
  found(candidate: Candidate | null): void {
    if (this.#closed) return;
    if (candidate === null) {
      this.#sendGathered();
      return;
    }
    this.#gathered.push(candidate);
    if (this.#gathered.length >= candidates_max) this.#sendGathered();
    else
      this.#stopGathering ??= this.#options.runtime.after(gathering_ms, () => this.#sendGathered());
  }

  /** What the partner says. @returns when it is done with, or has been given up */
  take(signal: Signal): Promise<void> {
    this.#taken = this.#taken.then(async () => {
      if (this.#closed) return;
      try {
        if ("description" in signal) await this.#takeDescription(signal.description);
        else await this.#takeCandidates(signal.candidates);
      } catch (error) {
        this.#trouble(error);
      }
    });
    return this.#taken;
  }

  /** Nothing is sent or taken any more. */
  close(): void {
    this.#closed = true;
    this.#stopGathering?.();
    this.#gathered = [];
  }

  async #takeDescription(description: Description): Promise<void> {
    const { peer, polite } = this.#options;
    const isOffer = description.type === "offer";
    this.#begun = true;
    const collides = isOffer && (this.#makingOffer || peer.signalingState !== "stable");
    if (collides) this.#collisions += 1;
    this.#ignoresOffer = collides && !polite;
    if (this.#ignoresOffer) return;
    // The answer to an offer that was rolled back since.
    if (description.type === "answer" && peer.signalingState !== "have-local-offer") return;
    await peer.setRemoteDescription(description);
    if (!isOffer || this.#closed) return;
    await peer.setLocalDescription();
    this.#describe("answer");
  }

  async #takeCandidates(candidates: readonly Candidate[]): Promise<void> {
    for (const candidate of candidates) {
      try {
        await this.#options.peer.addIceCandidate(candidate);
      } catch (error) {
        // Candidates of an offer that was ignored belong to nothing.
        if (!this.#ignoresOffer) this.#trouble(error);
      }
    }
  }

  #describe(type: Description["type"]): void {
    const { localDescription } = this.#options.peer;
    if (this.#closed || localDescription?.type !== type) return;
    // Candidates of what stood before must not come after it.
    this.#sendGathered();
    this.#options.send({ description: { type, sdp: localDescription.sdp } });
  }

  #sendGathered(): void {
    this.#stopGathering?.();
    this.#stopGathering = undefined;
    const candidates = this.#gathered;
    this.#gathered = [];
    if (!this.#closed && candidates.length > 0) this.#options.send({ candidates });
  }

  #trouble(error: unknown): void {
    if (!this.#closed) this.#options.onTrouble(error);
  }
}

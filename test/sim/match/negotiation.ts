import type { ModelDescription, PeerModel } from "./peer-model.ts";

/** Runs the rest of something later; the scheduler decides when, and what comes between. */
export type Later = (act: () => void) => void;

/**
 * Perfect negotiation (W3C WebRTC, section 10.7; MDN, "Perfect negotiation"), the reference for a
 * page's own. One of these belongs to one generation: after `restart` a page makes a new peer
 * connection, and with it a new negotiation, and what comes under an older generation is not for it.
 */
export class Negotiation {
  readonly #peer: PeerModel;
  readonly #polite: boolean;
  readonly #send: (description: ModelDescription) => void;
  readonly #later: Later;
  #makingOffer = false;
  #closed = false;
  /** Offers of the partner that came at the wrong moment, and were ignored. */
  collisions = 0;

  constructor(
    peer: PeerModel,
    polite: boolean,
    send: (description: ModelDescription) => void,
    later: Later,
  ) {
    this.#peer = peer;
    this.#polite = polite;
    this.#send = send;
    this.#later = later;
  }

  /** The event `negotiationneeded`; a browser fires it again whenever it still holds in `stable`. */
  needed(): void {
    if (this.#makingOffer || !this.#peer.needsNegotiation) return;
    this.#makingOffer = true;
    // `setLocalDescription` takes a while, in which the partner's offer may come.
    this.#later(() => {
      if (this.#closed) return;
      this.#makingOffer = false;
      // The partner's offer was answered meanwhile, or is being answered.
      if (this.#peer.signalingState === "stable") this.#send(this.#peer.setLocalDescription());
      this.#again();
    });
  }

  take(description: ModelDescription): void {
    const stable = this.#peer.signalingState === "stable";
    const collision = description.type === "offer" && (this.#makingOffer || !stable);
    if (collision) this.collisions += 1;
    if (collision && !this.#polite) return;
    // The answer to an offer that was rolled back since.
    if (description.type === "answer" && this.#peer.signalingState !== "have-local-offer") return;
    this.#peer.setRemoteDescription(description);
    if (description.type === "offer") this.#send(this.#peer.setLocalDescription());
    this.#again();
  }

  close(): void {
    this.#closed = true;
  }

  #again(): void {
    if (this.#peer.needsNegotiation) this.#later(() => !this.#closed && this.needed());
  }
}

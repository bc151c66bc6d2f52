/** A session description, as far as signalling is concerned. */
export interface ModelDescription {
  readonly type: "offer" | "answer";
  /** Tells descriptions apart; an answer names the offer it answers. */
  readonly id: string;
  readonly answers?: string;
  /** Up to which of its own changes the sender has put in. */
  readonly version: number;
}

type SignalingState = "stable" | "have-local-offer" | "have-remote-offer";

/**
 * The signalling half of an `RTCPeerConnection`: the state machine of the W3C's WebRTC (section
 * 4.4.1), with the implicit rollback that perfect negotiation rests on. No media, no time.
 */
export class PeerModel {
  signalingState: SignalingState = "stable";
  /** The pair both sides must agree on: the last offer and its answer. */
  session: string | undefined;
  /** Changes that this side has made, and how many of them an answered offer of its own held. */
  wanted = 1;
  agreed = 0;
  readonly #name: string;
  #made = 0;
  #local: ModelDescription | undefined;
  #remote: ModelDescription | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get needsNegotiation(): boolean {
    return this.signalingState === "stable" && this.agreed < this.wanted;
  }

  /** `setLocalDescription()` without an argument: an offer, or the answer that is due. */
  setLocalDescription(): ModelDescription {
    this.#made += 1;
    const id = `${this.#name}-${this.#made}`;
    if (this.signalingState === "have-remote-offer") {
      const offer = this.#remote;
      if (offer === undefined) throw new Error("an answer to no offer");
      const answer = { type: "answer", id, answers: offer.id, version: this.wanted } as const;
      this.session = `${offer.id} ${id}`;
      this.signalingState = "stable";
      return answer;
    }
    if (this.signalingState !== "stable") throw new Error(`an offer in ${this.signalingState}`);
    this.#local = { type: "offer", id, version: this.wanted };
    this.signalingState = "have-local-offer";
    return this.#local;
  }

  setRemoteDescription(description: ModelDescription): void {
    if (description.type === "offer") {
      // With an offer of one's own this rolls it back.
      this.#local = undefined;
      this.#remote = description;
      this.signalingState = "have-remote-offer";
      return;
    }
    if (this.signalingState !== "have-local-offer" || this.#local === undefined)
      throw new Error(`an answer in ${this.signalingState}`);
    if (description.answers !== this.#local.id) throw new Error("an answer to another offer");
    this.agreed = this.#local.version;
    this.session = `${this.#local.id} ${description.id}`;
    this.signalingState = "stable";
  }
}

/** Why there is neither picture nor sound of one's own, or not both. */
export type MediaTrouble = "denied" | "missing" | "busy" | "unsupported";

export interface MediaSnapshot {
  readonly state: "off" | "asking" | "on" | "trouble";
  readonly trouble: MediaTrouble | null;
  readonly stream: MediaStream | null;
  readonly muted: boolean;
  readonly cameraOff: boolean;
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
}

export type MediaKind = "audio" | "video";

/** What a face needs, and what a phone's line carries. */
const picture = {
  width: { ideal: 640 },
  height: { ideal: 480 },
  frameRate: { ideal: 24 },
} as const;
const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true } as const;

/** One's own camera and microphone, from the check to the last call. */
export class LocalMedia {
  readonly #listeners = new Set<() => void>();
  readonly #senders = new Set<RTCRtpSender>();
  #snapshot: MediaSnapshot = {
    state: "off",
    trouble: null,
    stream: null,
    muted: false,
    cameraOff: false,
    cameras: [],
    microphones: [],
  };
  #stopped = false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): MediaSnapshot => this.#snapshot;

  /** Asks for both; takes one where there is no other. */
  async start(): Promise<void> {
    if (this.#snapshot.state === "asking" || this.#snapshot.state === "on") return;
    this.#change({ state: "asking", trouble: null });
    try {
      const stream = await someOf();
      if (this.#stopped) return stopAll(stream);
      for (const track of stream.getTracks()) this.#watch(track);
      this.#change({ state: "on", stream });
      this.#applySwitches();
      await this.#listDevices();
    } catch (error) {
      this.#change({ state: "trouble", trouble: troubleOf(error) });
    }
  }

  /** Another camera or microphone; a call that is under way goes on with it. */
  async choose(kind: MediaKind, deviceId: string): Promise<void> {
    const { stream } = this.#snapshot;
    if (stream === null) return;
    const exact = { deviceId: { exact: deviceId } };
    const asked =
      kind === "video" ? { video: { ...picture, ...exact } } : { audio: { ...sound, ...exact } };
    try {
      const [track] = (await navigator.mediaDevices.getUserMedia(asked)).getTracks();
      if (track === undefined) return;
      const tracks = stream.getTracks().filter((old) => old.kind !== kind);
      for (const old of stream.getTracks()) if (old.kind === kind) old.stop();
      for (const sender of this.#senders)
        if (sender.track?.kind === kind) await sender.replaceTrack(track);
      this.#watch(track);
      this.#change({ stream: new MediaStream([...tracks, track]) });
      this.#applySwitches();
    } catch (error) {
      this.#change({ trouble: troubleOf(error) });
    }
  }

  setMuted(muted: boolean): void {
    this.#change({ muted });
    this.#applySwitches();
  }

  setCameraOff(cameraOff: boolean): void {
    this.#change({ cameraOff });
    this.#applySwitches();
  }

  /** Sends both over a peer connection, and what is chosen later. @returns ends it */
  carry(peer: RTCPeerConnection): () => void {
    const { stream } = this.#snapshot;
    const senders = stream?.getTracks().map((track) => peer.addTrack(track, stream)) ?? [];
    for (const kind of ["audio", "video"] as const)
      if (!senders.some(({ track }) => track?.kind === kind))
        peer.addTransceiver(kind, { direction: "recvonly" });
    for (const sender of senders) this.#senders.add(sender);
    return () => {
      for (const sender of senders) this.#senders.delete(sender);
    };
  }

  /** Lets go of the camera and the microphone, for good. */
  stop(): void {
    this.#stopped = true;
    if (this.#snapshot.stream !== null) stopAll(this.#snapshot.stream);
    this.#change({ state: "off", stream: null });
  }

  /** A camera that is pulled out, or a permission that is taken back, ends its track. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener("ended", () => {
      if (this.#snapshot.stream?.getTracks().includes(track)) this.#change({ trouble: "missing" });
    });
  }

  #applySwitches(): void {
    const { stream, muted, cameraOff } = this.#snapshot;
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = !cameraOff;
  }

  async #listDevices(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#change({
      cameras: devices.filter(({ kind }) => kind === "videoinput"),
      microphones: devices.filter(({ kind }) => kind === "audioinput"),
    });
  }

  #change(change: Partial<MediaSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

async function someOf(): Promise<MediaStream> {
  // There are none on an address without HTTPS.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DOMException("no media devices", "NotSupportedError");
  try {
    return await devices.getUserMedia({ video: picture, audio: sound });
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotFoundError") throw error;
    return await devices
      .getUserMedia({ audio: sound })
      .catch(() => devices.getUserMedia({ video: picture }));
  }
}

function troubleOf(error: unknown): MediaTrouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotSupportedError" ? "unsupported" : "busy";
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

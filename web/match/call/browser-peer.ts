import type { IceServer } from "../../../protocol/match/rest-lobby.ts";
import type { Candidate } from "../../../protocol/match/signal.ts";
import type { LocalMedia } from "../local-media.ts";
import type { CallPeer, CallPeerEvents } from "./peer-keeper.ts";
import type { PeerState } from "./snapshot.ts";

const states: Readonly<Record<RTCPeerConnectionState, PeerState>> = {
  new: "connecting",
  connecting: "connecting",
  connected: "connected",
  disconnected: "interrupted",
  failed: "failed",
  closed: "none",
};

/** What may wait on the channel; a partner who takes no more is told through the room. */
const buffered_bytes_max = 64 * 1024;

/** A real peer connection that carries one's own camera and microphone. */
export function browserPeer(
  media: LocalMedia,
  iceServers: readonly IceServer[],
  events: CallPeerEvents,
): CallPeer {
  const peer = new RTCPeerConnection({
    iceServers: iceServers.map(serverOf),
    bundlePolicy: "max-bundle",
  });
  const remote = new MediaStream();
  peer.onnegotiationneeded = events.onNeeded;
  peer.onicecandidate = ({ candidate }) =>
    events.onCandidate(candidate && candidateOf(candidate.toJSON()));
  peer.onconnectionstatechange = events.onState;
  peer.ontrack = ({ track }) => {
    remote.addTrack(track);
    events.onRemote(remote);
  };
  // Both sides make it, so that neither has to tell the other of it.
  const channel = peer.createDataChannel("chat", { negotiated: true, id: 0 });
  channel.onopen = events.onChannel;
  channel.onclose = events.onChannel;
  channel.onmessage = ({ data }) => {
    if (typeof data === "string") events.onText(data);
  };
  const stopCarrying = media.carry(peer);
  return {
    get state() {
      return states[peer.connectionState];
    },
    get signalingState() {
      return peer.signalingState;
    },
    get localDescription() {
      return peer.localDescription;
    },
    setLocalDescription: () => peer.setLocalDescription(),
    setRemoteDescription: (description) => peer.setRemoteDescription(description),
    addIceCandidate: (candidate) => peer.addIceCandidate(initOf(candidate)),
    restartIce: () => peer.restartIce(),
    say: (text) => {
      if (channel.readyState !== "open" || channel.bufferedAmount > buffered_bytes_max)
        return false;
      channel.send(text);
      return true;
    },
    close: () => {
      stopCarrying();
      channel.onopen = null;
      channel.onclose = null;
      channel.onmessage = null;
      peer.onconnectionstatechange = null;
      peer.close();
    },
  };
}

function serverOf({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  };
}

function candidateOf(init: RTCIceCandidateInit): Candidate {
  const { candidate = "", sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = init;
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

/** As the browser takes it: what is left out and what is null mean the same. */
function initOf(told: Candidate): RTCIceCandidateInit {
  const { candidate, sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = told;
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

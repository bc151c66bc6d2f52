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
    close: () => {
      stopCarrying();
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

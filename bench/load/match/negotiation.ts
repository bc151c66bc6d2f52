import type { CallRole } from "../../../protocol/match/room-data.ts";
import type { Signal } from "../../../protocol/match/signal.ts";

/** What Chromium makes for one camera and one microphone: an offer lists every codec, an answer fewer. */
const offer_length = 3_000;
const answer_length = 2_000;
/**
 * When batches of candidates follow a description, and of how many: those of this machine at once,
 * those of STUN after a way to a server and back, those of TURN after two more. A page gathers for
 * 25 ms.
 */
const batches = [
  { after_ms: 25, candidates: 4 },
  { after_ms: 110, candidates: 2 },
  { after_ms: 320, candidates: 2 },
] as const;
/** Making a description takes a browser so long. */
const describing_ms = 15;

/** How many signals each side has then sent; once both have heard them, their browsers have a way. */
export const signals_each = 1 + batches.length;

export interface DueSignal {
  readonly after_ms: number;
  readonly signal: Signal;
}

/**
 * What one side of a call says, from the moment it begins: the impolite side makes the offer, the
 * polite one answers it.
 */
export function signalsOf(role: CallRole): readonly DueSignal[] {
  const type = role === "impolite" ? "offer" : "answer";
  const sdp = sdpOf(type === "offer" ? offer_length : answer_length);
  return [
    { after_ms: describing_ms, signal: { description: { type, sdp } } },
    ...batches.map(({ after_ms, candidates }, batch) => ({
      after_ms: describing_ms + after_ms,
      signal: { candidates: Array.from({ length: candidates }, (_, at) => candidateOf(batch, at)) },
    })),
  ];
}

/** A session description of so many characters: lines like those of a browser, and as compressible. */
function sdpOf(length: number): string {
  const lines = ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0"];
  for (let payload = 96; ; payload += 1) {
    const line = `a=rtpmap:${payload} H264/90000\r\na=rtcp-fb:${payload} goog-remb`;
    const sdp = `${lines.join("\r\n")}\r\n`;
    if (sdp.length + line.length + 2 > length) return sdp.padEnd(length, "x");
    lines.push(line);
  }
}

function candidateOf(batch: number, at: number) {
  const type = ["host", "srflx", "relay"][batch] ?? "relay";
  return {
    candidate: `candidate:84216${batch}${at} 1 udp 1677729535 203.0.113.7 46${batch}${at}4 typ ${type} raddr 0.0.0.0 rport 0 generation 0 ufrag Xy7a network-cost 999`,
    sdpMid: "0",
    sdpMLineIndex: 0,
    usernameFragment: "Xy7a",
  };
}

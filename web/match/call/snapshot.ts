import type { CallDown, CallEnd, PartnerState } from "../../../protocol/match/call-down.ts";
import type { Card } from "../../../protocol/match/profile-card.ts";
import type { ConnectionState } from "../../room/connection.ts";

/** How the way from browser to browser does. */
export type PeerState = "none" | "connecting" | "connected" | "interrupted" | "failed";

/** A line of chat as it stands there. */
export interface SaidLine {
  readonly mine: boolean;
  /** Whoever said it has given it. */
  readonly key: string;
  readonly text: string;
}

/** A line of chat that neither the partner's browser nor the room has confirmed. */
export interface UnsentLine {
  readonly key: string;
  readonly text: string;
}

/** What a page shows of a call. Moments are by the local clock. */
export interface CallSnapshot {
  readonly connection: ConnectionState;
  /** The room has welcomed this socket. */
  readonly seated: boolean;
  readonly memberId: string | null;
  readonly partner: Card;
  readonly partnerState: PartnerState;
  /** Until when a lost partner is waited for. */
  readonly partnerUntil_ms: number | null;
  readonly startedAt_ms: number | null;
  readonly endsAt_ms: number | null;
  readonly peer: PeerState;
  /** Set when no way from browser to browser was found for long, with whether a relay could help. */
  readonly trouble: { readonly hasRelay: boolean } | null;
  readonly remote: MediaStream | null;
  readonly chat: readonly SaidLine[];
  readonly unsent: readonly UnsentLine[];
  /** The room's clock less the local one. */
  readonly offset_ms: number;
  readonly ended: { readonly reason: CallEnd; readonly by: "you" | "partner" | "room" } | null;
}

export function initialCall(partner: Card, chat: readonly SaidLine[]): CallSnapshot {
  return {
    connection: { kind: "connecting" },
    seated: false,
    memberId: null,
    partner,
    partnerState: "coming",
    partnerUntil_ms: null,
    startedAt_ms: null,
    endsAt_ms: null,
    peer: "none",
    trouble: null,
    remote: null,
    chat,
    unsent: [],
    offset_ms: 0,
    ended: null,
  };
}

/** What a message changes of what is shown; the chat and the end are kept elsewhere. */
export function changeBy(
  { offset_ms }: CallSnapshot,
  message: CallDown,
  now_ms: number,
): Partial<CallSnapshot> {
  const local = (server_ms: number | null) => server_ms && server_ms - offset_ms;
  switch (message.type) {
    case "welcome": {
      const offset_ms = message.server_ms - now_ms;
      return {
        seated: true,
        memberId: message.memberId,
        partner: message.partner,
        partnerState: message.partnerState,
        partnerUntil_ms: null,
        offset_ms,
        startedAt_ms: message.startedAt_ms && message.startedAt_ms - offset_ms,
        endsAt_ms: message.endsAt_ms && message.endsAt_ms - offset_ms,
      };
    }
    case "restart":
      return {
        partnerState: "here",
        partnerUntil_ms: null,
        startedAt_ms: local(message.startedAt_ms),
        endsAt_ms: local(message.endsAt_ms),
      };
    case "partner":
      return { partnerState: message.state, partnerUntil_ms: local(message.until_ms) };
    default:
      return {};
  }
}

import { useEffect, useState } from "react";
import { keep, keptFor } from "../kept.ts";
import { LocalMedia } from "../local-media.ts";
import { MatchSession } from "../match-session.ts";
import { callPorts, lobbyPorts } from "../ports.ts";

export interface Match {
  readonly session: MatchSession;
  readonly media: LocalMedia;
}

/**
 * A presence in the lobby with a camera and a microphone, for as long as the component stands. A tab
 * that was reloaded in the middle of something goes on with it, once it has its camera back.
 */
export function useMatch(userId: string): Match | null {
  const [match, setMatch] = useState<Match | null>(null);
  useEffect(() => {
    const media = new LocalMedia();
    const session = new MatchSession({
      userId,
      lobby: lobbyPorts(undefined),
      callPorts: (callId, token, ice) => callPorts(callId, token, ice, media),
      keep,
    });
    const kept = keptFor(userId);
    let left = false;
    const start = () => !left && session.start(kept);
    if (kept === null) start();
    else void media.start().then(start);
    setMatch({ session, media });
    return () => {
      left = true;
      session.stop();
      media.stop();
    };
  }, [userId]);
  return match;
}

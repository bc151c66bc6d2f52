/** What a token says of a room and of the session behind a member. */
export function watchData(member: string, more: Readonly<Record<string, unknown>> = {}) {
  const media = { kind: "sample", id: "timecode" };
  return {
    title: "Film night",
    media,
    maxParticipants: 200,
    session: `session-${member}`,
    ...more,
  };
}

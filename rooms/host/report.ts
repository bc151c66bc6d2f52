/**
 * Writes one line of JSON about something that must not happen in a room, for the log and never for
 * a client. It says which kind of room and where in the code; an error's own message is left out,
 * because it may repeat what somebody sent.
 */
export function reportFailure(party: string, where: string, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const at = stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim())
    .join(" | ");
  console.error(
    JSON.stringify({ level: "error", message: "room failed", party, where, error: name, at }),
  );
}

/** A position as people write it: `0:07`, `12:30`, `1:02:03`. Fractions are cut, not rounded. */
export function timeText(position_ms: number): string {
  const total_s = Math.floor(Math.max(0, position_ms) / 1000);
  const hours = Math.floor(total_s / 3600);
  const minutes = Math.floor(total_s / 60) % 60;
  const seconds = String(total_s % 60).padStart(2, "0");
  if (hours === 0) return `${minutes}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** How far this viewer is from the room, in words. */
export function driftText(drift_ms: number): string {
  const distance_ms = Math.abs(Math.round(drift_ms));
  if (distance_ms === 0) return "exactly in step";
  return `${distance_ms} ms ${drift_ms > 0 ? "ahead" : "behind"}`;
}

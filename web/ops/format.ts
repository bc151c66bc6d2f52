const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** `1,234`, and `1.2M` from a million on. */
export function countText(count: number): string {
  return count < 1_000_000 ? whole.format(count) : short.format(count);
}

/** `0.8`, `12`; for averages. */
export function averageText(amount: number): string {
  return amount < 10 ? tenth.format(amount) : whole.format(amount);
}

export function percentText(share: number): string {
  return `${tenth.format(share * 100)} %`;
}

export function millisecondsText(duration_ms: number | null): string {
  if (duration_ms === null) return "none";
  if (duration_ms >= 1_000) return `${tenth.format(duration_ms / 1_000)} s`;
  return `${duration_ms < 10 ? tenth.format(duration_ms) : whole.format(duration_ms)} ms`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${whole.format(bytes)} B`;
  if (bytes < 1_048_576) return `${tenth.format(bytes / 1_024)} KB`;
  return `${tenth.format(bytes / 1_048_576)} MB`;
}

/** How long ago, or how long it lasts: `40 s`, `12 min`, `3 h`, `2 days`. */
export function durationText(duration_ms: number): string {
  const seconds = Math.max(0, Math.round(duration_ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** Money in a currency's smallest unit, as people write it. */
export function moneyText(amount_minor: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(amount_minor / 10 ** digits);
  } catch {
    return `${fine.format(amount_minor)} ${currency}`;
  }
}

export function countText(count: number): string {
  return whole.format(count);
}

/** `2.3`, or a dash for nothing to tell. */
export function averageText(value: number | null): string {
  return value === null ? "–" : fine.format(value);
}

/** `42 %`, or a dash for nothing to tell. */
export function shareText(share: number | null): string {
  if (share === null) return "–";
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** `1 min 20 s`, `35 s`; a dash for nothing to tell. */
export function lengthText(length_ms: number | null): string {
  if (length_ms === null) return "–";
  const seconds = Math.round(length_ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A time to wait at most: `30 seconds`, `10 minutes`. */
export function waitText(wait_s: number): string {
  if (wait_s === 1) return "1 second";
  return wait_s < 120 ? `${wait_s} seconds` : `${Math.ceil(wait_s / 60)} minutes`;
}

const dayFormat = new Intl.DateTimeFormat("en", {
  month: "short",
  day: "numeric",
  timeZone: "UTC",
});

export function dayText(date: string): string {
  return dayFormat.format(new Date(`${date}T00:00:00Z`));
}

const momentFormat = new Intl.DateTimeFormat("en", {
  ...{ month: "short", day: "numeric", hourCycle: "h23" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
});

export function momentText(at: string | number): string {
  return momentFormat.format(new Date(at));
}

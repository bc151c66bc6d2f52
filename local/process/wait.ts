import { setTimeout as delay } from "node:timers/promises";

const attempt_ms_max = 5_000;

/**
 * Asks an address until it answers with success.
 * @param url asked with GET
 * @param wait_ms_max how long to go on asking
 * @throws Error with the last answer when that time is over
 */
export async function waitForAnswer(url: string, wait_ms_max: number): Promise<void> {
  const deadline_ms = performance.now() + wait_ms_max;
  let last = "nothing was heard";
  while (performance.now() < deadline_ms) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(attempt_ms_max) });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text.slice(0, 500)}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await delay(50);
  }
  throw new Error(`${url} did not answer within ${wait_ms_max} ms: ${last}`);
}

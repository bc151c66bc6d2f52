/** Fills an array with random bytes, as `crypto.getRandomValues` does. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => unknown;

/** A clock that was set back by no more than this does not bring uuids back with it. */
const setBack_ms_max = 1_000;
const counter_max = 0xfff;

/**
 * Makes uuids of version 7 (RFC 9562, section 5.7, with a 12-bit counter after method 1 of section
 * 6.2): they sort by time, and within a millisecond by the order in which they were made.
 * @returns a function that takes the time in milliseconds since 1970
 */
export function uuidMaker(fillRandom: FillRandom): (now_ms: number) => string {
  let last_ms = 0;
  let counter = 0;
  return (now_ms) => {
    if (now_ms > last_ms || last_ms - now_ms > setBack_ms_max) {
      last_ms = Math.floor(now_ms);
      counter = 0;
    } else if (++counter > counter_max) {
      last_ms += 1;
      counter = 0;
    }
    const random = new Uint8Array(8);
    fillRandom(random);
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
    const time = hex(last_ms, 12);
    const tail = [...random].map((byte) => hex(byte, 2)).join("");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

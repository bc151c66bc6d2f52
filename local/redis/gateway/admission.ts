import { tooManyRequests } from "./errors.ts";

/** Requests under way at once, subscribers included, and the bytes of their bodies together. */
const requests_max = 2_000;
const bytes_max = 256 * 1024 * 1024;

/** What one request holds of the gateway's limits until it is released. */
export interface Place {
  /** @throws GatewayError 429 when the bodies of all requests together would pass the limit */
  holdBytes(bytes: number): void;
  release(): void;
}

/** Keeps the gateway's memory bounded however many clients there are. */
export function createAdmission(): { enter(): Place } {
  let requests = 0;
  let bytes = 0;

  return {
    enter: () => {
      if (requests >= requests_max) throw tooManyRequests();
      requests += 1;
      let held = 0;
      return {
        holdBytes: (more) => {
          if (bytes + more > bytes_max) throw tooManyRequests();
          bytes += more;
          held += more;
        },
        release: () => {
          requests -= 1;
          bytes -= held;
          held = 0;
        },
      };
    },
  };
}

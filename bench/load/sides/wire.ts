import { z } from "zod";
import { startPart } from "../../../local/process/spawn.ts";
import type { WireInfo, WireOptions } from "./wire-process.ts";

const ready_ms_max = 30_000;
const bytesSchema = z.object({ down: z.number(), up: z.number() });
/** What has gone to people so far, and what has come from them. */
export type WireBytes = z.output<typeof bytesSchema>;

/**
 * What lies between people and a side: it counts all bytes of TCP, so packed as they are and with the
 * headers of HTTP and the frames of sockets. A process of its own, which belongs to the people.
 */
export interface Wire {
  /** Where people reach the side. */
  readonly url: string;
  bytes(): Promise<WireBytes>;
  stop(): Promise<void>;
}

/** @param url of a side on this machine */
export async function startWire(url: string): Promise<Wire> {
  const through = new URL(url);
  const options: WireOptions = { target: Number(through.port) };
  const entry = new URL("./wire-process.ts", import.meta.url);
  const part = await startPart<WireInfo>(entry, options, ready_ms_max);
  through.port = String(part.info.port);
  return {
    url: through.origin,
    bytes: async () => bytesSchema.parse(await part.counts()),
    stop: () => part.stop(),
  };
}

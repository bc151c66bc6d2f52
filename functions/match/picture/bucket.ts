import type { Meter } from "../../../platform/meter/meter.ts";
import { meterBucket } from "../../../platform/meter/objects.ts";
import { SettingsError } from "../../env.ts";

/** A kept picture as the store hands it out. */
export interface StoredPicture {
  readonly body: ReadableStream<Uint8Array>;
  readonly size: number;
  readonly httpEtag: string;
  readonly httpMetadata?: { readonly contentType?: string };
}

/** What pictures need of the object store; an R2 binding has it. */
export interface PictureBucket {
  put(
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    options: { readonly httpMetadata: { readonly contentType: string } },
  ): Promise<unknown>;
  get(name: string): Promise<StoredPicture | null>;
  /** Of what is not there nothing is said. */
  delete(names: string[]): Promise<void>;
}

/**
 * The pictures' bucket, with its operations counted.
 * @param binding `PICTURES` as the Worker got it
 * @throws SettingsError when it is missing
 */
export function pictureBucket(binding: unknown, meter?: Meter): PictureBucket {
  if (
    typeof binding !== "object" ||
    binding === null ||
    !("put" in binding && "get" in binding && "delete" in binding)
  )
    throw new SettingsError("Configuration cannot be used. PICTURES: the binding is missing.");
  const bucket = binding as PictureBucket;
  return meter === undefined ? bucket : meterBucket(bucket, meter);
}

/** A picture's name in the bucket. */
export function objectName(key: string): string {
  return `match/${key}`;
}

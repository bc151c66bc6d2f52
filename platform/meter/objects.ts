import type { Meter } from "./meter.ts";
import type { MeterUnit } from "./units.ts";

/** What R2 bills of its methods: class A changes and lists, class B reads; a delete is free. */
const bucketUnits: Readonly<Record<string, MeterUnit>> = {
  put: "object_writes",
  list: "object_writes",
  createMultipartUpload: "object_writes",
  get: "object_reads",
  head: "object_reads",
};
const uploadUnits: Readonly<Record<string, MeterUnit>> = {
  uploadPart: "object_writes",
  complete: "object_writes",
};
const uploads: ReadonlySet<string> = new Set(["createMultipartUpload", "resumeMultipartUpload"]);

/**
 * The same bucket, with each operation counted on the account that the running code is on. What
 * fails is counted, too: the vendor bills most of it, and a count too high is the safer error.
 */
export function meterBucket<Bucket extends object>(bucket: Bucket, meter: Meter): Bucket {
  return counting(bucket, bucketUnits, meter);
}

function counting<Target extends object>(
  target: Target,
  units: Readonly<Record<string, MeterUnit>>,
  meter: Meter,
): Target {
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name, inner);
      if (typeof member !== "function" || typeof name !== "string") return member;
      return (...parameters: unknown[]): unknown => {
        const unit = Object.hasOwn(units, name) ? units[name] : undefined;
        if (unit !== undefined) meter.countHere(unit);
        const result: unknown = Reflect.apply(member, inner, parameters);
        return uploads.has(name) ? countingUpload(result, meter) : result;
      };
    },
  });
}

/** An upload in parts bills each of them; one that is begun comes as a promise. */
function countingUpload(upload: unknown, meter: Meter): unknown {
  if (upload instanceof Promise)
    return upload.then((begun: unknown) => countingUpload(begun, meter));
  return typeof upload === "object" && upload !== null
    ? counting(upload, uploadUnits, meter)
    : upload;
}

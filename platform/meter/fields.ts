import { isMeterModule, isMeterUnit, type MeterModule, type MeterUnit } from "./units.ts";

/**
 * One number of the meter. In Redis each is a field of the hour's hash; its name says all about it:
 *
 *     unit|watch|redis_commands           how many of a unit, by module
 *     route|GET /v1/watch/rooms/:id|2|3   answers of a status class, by latency bucket
 *     route_ms|GET /v1/watch/rooms/:id    milliseconds of all of them together
 *     cache|user|hit                      reads of a named cache, by how they ended
 *     event|watch|room_full               whatever else a room counts, by module
 */
export type MeterField =
  | { readonly type: "unit"; readonly module: MeterModule; readonly unit: MeterUnit }
  | {
      readonly type: "route";
      /** Method and pattern, such as `GET /v1/watch/rooms/:id`. */
      readonly route: string;
      /** The first digit of the status. */
      readonly statusClass: number;
      readonly bucket: number;
    }
  | { readonly type: "route_ms"; readonly route: string }
  | { readonly type: "cache"; readonly cache: string; readonly outcome: string }
  | { readonly type: "event"; readonly module: MeterModule; readonly event: string };

const separator = "|";

export function fieldName(field: MeterField): string {
  switch (field.type) {
    case "unit":
      return [field.type, field.module, field.unit].join(separator);
    case "route":
      return [field.type, field.route, field.statusClass, field.bucket].join(separator);
    case "route_ms":
      return [field.type, field.route].join(separator);
    case "cache":
      return [field.type, field.cache, field.outcome].join(separator);
    case "event":
      return [field.type, field.module, field.event].join(separator);
  }
}

/** The field of that name; undefined for one that this version does not know. */
export function parseField(name: string): MeterField | undefined {
  const [type, first = "", second = "", third = "", ...rest] = name.split(separator);
  if (rest.length > 0 || first === "") return undefined;
  if (type === "unit" && isMeterModule(first) && isMeterUnit(second) && third === "")
    return { type, module: first, unit: second };
  if (type === "route" && /^[1-5]$/.test(second) && /^\d{1,2}$/.test(third))
    return { type, route: first, statusClass: Number(second), bucket: Number(third) };
  if (type === "route_ms" && second === "") return { type, route: first };
  if (type === "cache" && second !== "" && third === "")
    return { type, cache: first, outcome: second };
  if (type === "event" && isMeterModule(first) && /^[a-z_]{1,40}$/.test(second) && third === "")
    return { type, module: first, event: second };
  return undefined;
}

import { z } from "zod";

/** Answer of `GET /v1/time`: the server's clock, in milliseconds since 1970. */
export const timeSchema = z.object({ server_ms: z.number() }).meta({ id: "Time" });

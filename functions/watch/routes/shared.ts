import { z } from "@hono/zod-openapi";
import { roomIdSchema } from "../../../protocol/room.ts";

export const tags = ["watch"];
export const params = z.object({ id: roomIdSchema });
export const body_bytes_max = 8 * 1024;

/** How a seat is shown where no body carries it. */
export const seatHeader = z.object({
  authorization: z
    .string()
    .max(2_100)
    .optional()
    .describe("`Bearer <seat>`: the seat that the last join in this room answered with"),
});

import { z } from "zod";

/** The `data` of a watch room's token: which media the room shows until its first command. */
export const watchRoomDataSchema = z.object({ mediaId: z.string().min(1).max(64) });

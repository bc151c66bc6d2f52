import { z } from "zod";

/** Longest session description, in UTF-16 code units: with its line ends escaped it fits a frame. */
export const sdp_length_max = 14_000;
/** Candidates in one message; a page gathers what comes within some milliseconds. */
export const candidates_max = 32;

export const descriptionSchema = z.object({
  type: z.enum(["offer", "answer", "pranswer", "rollback"]),
  sdp: z.string().max(sdp_length_max),
});
export type Description = z.infer<typeof descriptionSchema>;

/** An `RTCIceCandidateInit`; an empty candidate says that there will be no more. */
export const candidateSchema = z.object({
  candidate: z.string().max(400),
  sdpMid: z.string().max(32).nullable().optional(),
  sdpMLineIndex: z.number().int().min(0).max(255).nullable().optional(),
  usernameFragment: z.string().max(64).nullable().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** What two browsers have to tell each other before they can talk. */
export const signalSchema = z.union([
  z.object({ description: descriptionSchema }),
  z.object({ candidates: z.array(candidateSchema).min(1).max(candidates_max) }),
]);
export type Signal = z.infer<typeof signalSchema>;

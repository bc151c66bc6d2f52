import { z } from "zod";
import { matchRegionSchema } from "./rest-lobby.ts";
import { ageRangeSchema, languageSchema, profileLimits } from "./rest-profile.ts";

/**
 * What a lobby knows of a person, and what others may see of them: the light form of a profile, as
 * it is when the person enters.
 */
export const factsSchema = z.object({
  ageRange: ageRangeSchema,
  languages: z.array(languageSchema).max(profileLimits.languages),
  interests: z.array(z.string().min(1).max(24)).max(profileLimits.interests),
  /** Null for those who do not say. */
  gender: z.string().min(1).max(24).nullable(),
  /** Where the person is, whichever region's lobby they chose. */
  region: matchRegionSchema,
  picturePath: z.string().max(100).nullable(),
});
export type Facts = z.infer<typeof factsSchema>;

/** A person as others see them in a lobby and in a call. */
export const cardSchema = factsSchema.extend({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(40),
});
export type Card = z.infer<typeof cardSchema>;

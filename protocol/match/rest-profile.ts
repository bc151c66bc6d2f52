import { z } from "zod";
import { identityIdSchema } from "../identity/id.ts";
import { lineOf } from "../text.ts";

/** Years of age, in ranges: nobody has to say more. Match is for adults. */
export const ageRanges = ["18-24", "25-34", "35-44", "45-54", "55+"] as const;
export const ageRangeSchema = z.enum(ageRanges);

/** A language by its primary subtag in BCP 47: `en`, `de`, `gsw`. */
export const languageSchema = z.string().regex(/^[a-z]{2,3}$/, "must be a language such as en");

/** An interest in a word or two. Lower case, so that two people's words can be compared. */
export const interestSchema = lineOf(24).toLowerCase();

/** In a person's own words. Lower case, so that a wish can be compared with it. */
export const genderSchema = lineOf(24).toLowerCase();

const unfitForText = /(?!\n)[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;

/** Some lines of text: trimmed, whole characters, no control characters but line ends. */
export function textOf(length_max: number) {
  return z
    .string()
    .trim()
    .transform((text) => text.replaceAll("\r\n", "\n"))
    .pipe(
      z
        .string()
        .max(length_max)
        .refine((text) => !unfitForText.test(text), "must be ordinary characters"),
    );
}

const link = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain, error: "must be an https:// address" })
  .max(200);

/** A list without repetitions, in the order given. */
function distinct<Item extends z.ZodType<string>>(item: Item, max: number) {
  return z
    .array(item)
    .max(max)
    .transform((list) => [...new Set(list)]);
}

export const profileLimits = { languages: 6, interests: 10, links: 5, bio_length: 500 } as const;

const fields = {
  name: lineOf(40),
  ageRange: ageRangeSchema,
  languages: distinct(languageSchema, profileLimits.languages).refine(
    (list) => list.length > 0,
    "must name at least one",
  ),
  interests: distinct(interestSchema, profileLimits.interests),
  /** Null for those who do not say. */
  gender: genderSchema.nullable(),
  bio: textOf(profileLimits.bio_length),
  links: distinct(link, profileLimits.links),
};

/** Body of `PUT /v1/match/profile`. */
export const putProfileSchema = z
  .object({
    ...fields,
    interests: fields.interests.default([]),
    gender: fields.gender.default(null),
    bio: fields.bio.default(""),
    links: fields.links.default([]),
  })
  .meta({ id: "PutMatchProfile" });
export type PutProfile = z.input<typeof putProfileSchema>;

/** Body of `PATCH /v1/match/profile`: what is left out stays as it is. */
export const patchProfileSchema = z
  .object(fields)
  .partial()
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), "says nothing")
  .meta({ id: "PatchMatchProfile" });

/** A picture's place on the API's origin, or null where there is none. */
const picturePathSchema = z.string().max(100).nullable();

/** A profile as its owner sees it. */
export const profileSchema = z
  .object({
    userId: identityIdSchema,
    name: z.string(),
    ageRange: ageRangeSchema,
    languages: z.array(z.string()),
    interests: z.array(z.string()),
    gender: z.string().nullable(),
    bio: z.string(),
    links: z.array(z.string()),
    picturePath: picturePathSchema,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "MatchProfile" });
export type Profile = z.infer<typeof profileSchema>;

/** A profile as others see it: what a call begins with, and nothing that is only for its owner. */
export const lightProfileSchema = profileSchema
  .omit({ createdAt: true, updatedAt: true })
  .meta({ id: "MatchLightProfile" });
export type LightProfile = z.infer<typeof lightProfileSchema>;

/** Answer of `PUT /v1/match/profile/picture`. */
export const pictureSchema = z
  .object({
    picturePath: z.string(),
    type: z.enum(["image/jpeg", "image/png", "image/webp"]),
    width_px: z.number().int(),
    height_px: z.number().int(),
    /** As it is kept, without metadata. */
    size_bytes: z.number().int(),
  })
  .meta({ id: "MatchPicture" });
export type MatchPicture = z.infer<typeof pictureSchema>;

/** Longest body of `PUT /v1/match/profile/picture`. What is kept is much smaller. */
export const pictureBody_bytes_max = 2 * 1024 * 1024;

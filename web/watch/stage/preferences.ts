import { z } from "zod";

/** What one viewer chose for their own player; nobody else notices. */
const preferencesSchema = z.object({
  /** From 0 to 1. */
  volume: z.number().min(0).max(1),
  /** Language of the subtitles wanted, null for none. */
  subtitles: z.string().max(40).nullable(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

const storageKey = "offrail:watch:player";
const usual: Preferences = { volume: 1, subtitles: null };

/** What this browser remembers; the usual where that cannot be read. */
export function keptPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "null");
    return preferencesSchema.safeParse(stored).data ?? usual;
  } catch {
    return usual;
  }
}

/** Storage can be full or forbidden; the choice then holds until the page is left. */
export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(preferences));
  } catch {}
}

/**
 * Which of a video's subtitles a viewer gets who wants this language: the same, or else another
 * kind of the same language.
 * @returns the index, or null for none
 */
export function subtitlesFor(
  sources: readonly { readonly lang: string }[],
  wanted: string | null,
): number | null {
  if (wanted === null) return null;
  const exact = sources.findIndex(({ lang }) => lang.toLowerCase() === wanted.toLowerCase());
  const root = (lang: string) => lang.toLowerCase().split("-")[0];
  const near = sources.findIndex(({ lang }) => root(lang) === root(wanted));
  const found = exact >= 0 ? exact : near;
  return found >= 0 ? found : null;
}

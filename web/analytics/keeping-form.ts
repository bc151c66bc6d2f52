import {
  type Game,
  gameSettingsPatchSchema,
  retentionDaysSchema,
  type UpdateGame,
} from "../../protocol/analytics/game.ts";

/** What stands in the form, as it was typed. */
export interface Typed {
  readonly flushEvery_s: string;
  readonly flushEvents: string;
  readonly shards: string;
  readonly signedOnly: boolean;
  readonly retention_days: string;
}

export const numberFields = ["flushEvery_s", "flushEvents", "shards"] as const;
type NumberField = (typeof numberFields)[number];

const count = new Intl.NumberFormat("en");

/** The whole numbers that a setting may be, from the schema that checks it. */
export function boundsOf(field: NumberField): { readonly min: number; readonly max: number } {
  const { minValue, maxValue } = gameSettingsPatchSchema.shape[field].unwrap();
  return { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER };
}

export function typedOf({ settings, retention_days }: Game): Typed {
  return {
    flushEvery_s: `${settings.flushEvery_s}`,
    flushEvents: `${settings.flushEvents}`,
    shards: `${settings.shards}`,
    signedOnly: settings.signedOnly,
    retention_days: `${retention_days}`,
  };
}

/** What is wrong with a number that was typed; undefined for nothing. */
export function wrongWith(field: NumberField, text: string): string | undefined {
  const value = text.trim() === "" ? undefined : Number(text);
  if (gameSettingsPatchSchema.shape[field].unwrap().safeParse(value).success) return undefined;
  const { min, max } = boundsOf(field);
  return `A whole number from ${count.format(min)} to ${count.format(max)}.`;
}

/** What is to be changed in a game, each only where it differs; undefined when something typed is wrong. */
export function changesOf(game: Game, typed: Typed): UpdateGame | undefined {
  if (numberFields.some((field) => wrongWith(field, typed[field]) !== undefined)) return undefined;
  const numbers = numberFields
    .map((field) => [field, Number(typed[field])] as const)
    .filter(([field, value]) => value !== game.settings[field]);
  const { signedOnly } = typed;
  const settings = {
    ...Object.fromEntries(numbers),
    ...(signedOnly === game.settings.signedOnly ? {} : { signedOnly }),
  };
  const retention_days = retentionDaysSchema.parse(Number(typed.retention_days));
  return {
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(retention_days === game.retention_days ? {} : { retention_days }),
  };
}

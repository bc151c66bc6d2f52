import type { MeasuredModule } from "../../cost/measured.ts";
import type { DayName, ModuleChoice } from "./view.ts";

export const moduleTexts: Readonly<Record<ModuleChoice, string>> = {
  watch: "Watch",
  match: "Match",
  analytics: "Analytics",
  all: "All three",
};

export const dayTexts: Readonly<Record<DayName, { title: string; inSentence: string }>> = {
  evening: { title: "Evening", inSentence: "in the busiest hour of every evening" },
  office: { title: "Office hours", inSentence: "from nine to five every day" },
  "around-the-clock": { title: "Around the clock", inSentence: "around the clock" },
};

const listFormat = new Intl.ListFormat("en-GB");

/** `Watch`, or `each of Watch, Match and Analytics`: what people are on, in a sentence. */
export function modulesText(modules: readonly MeasuredModule[]): string {
  const names = listFormat.format(modules.map((module) => moduleTexts[module]));
  return modules.length > 1 ? `each of ${names}` : names;
}

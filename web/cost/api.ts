import { type Summary, summarySchema } from "../../cost/summary.ts";
import { problemOf } from "../api/problem.ts";
import { measuredFile } from "./measured-file.ts";

const answer_ms_max = 8_000;

/** What was measured last, as it was when the site was built; null where nothing was. @throws ApiProblem */
export async function fetchSummary(): Promise<Summary | null> {
  const response = await fetch(`/${measuredFile}`, { signal: AbortSignal.timeout(answer_ms_max) });
  if (!response.ok) throw await problemOf(response);
  return summarySchema.nullable().parse(await response.json());
}

import { hc } from "hono/client";
import type { MatchApi } from "../../functions/match/routes.ts";
import type { Report } from "../../protocol/match/rest-calls.ts";
import type { MatchRegion } from "../../protocol/match/rest-lobby.ts";
import type { Decide } from "../../protocol/match/rest-moderation.ts";
import { type PutProfile, pictureSchema } from "../../protocol/match/rest-profile.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { problemOf } from "../api/problem.ts";

/** No answer within this time is a failure: a page must not wait for ever. */
const answer_ms_max = 15_000;
/** Of history, blocks and reports, on one page. */
const page_size = "20";

const { match } = hc<MatchApi>("/").v1;
const limits = () => ({ init: { signal: AbortSignal.timeout(answer_ms_max) } });

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}
type Good<R> = R extends { readonly ok: true; json(): Promise<infer T> } ? T : never;

/** What a good answer says. @throws ApiProblem for any other */
async function good<R extends Answer>(call: Promise<R>): Promise<Good<R>> {
  const response = await call;
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Good<R>;
}

const page = (cursor: string | undefined) => ({
  limit: page_size,
  ...(cursor !== undefined && { cursor }),
});

export const fetchStanding = () => good(match.me.$get({}, limits()));
export const confirmRules = () =>
  good(match.consent.$post({ json: { rulesVersion, adult: true, keepsRules: true } }, limits()));
export const saveProfile = (json: PutProfile) => good(match.profile.$put({ json }, limits()));
export const removePicture = () => good(match.profile.picture.$delete({}, limits()));

/** Somebody's profile, as others see it. */
export const fetchLightProfile = (id: string) =>
  good(match.profiles[":id"].$get({ param: { id } }, limits()));

/** Puts a picture on one's profile. @throws ApiProblem */
export async function savePicture(picture: Blob) {
  const response = await fetch("/v1/match/profile/picture", {
    method: "PUT",
    body: picture,
    ...limits().init,
  });
  if (!response.ok) throw await problemOf(response);
  return pictureSchema.parse(await response.json());
}

export const enterLobby = (region: MatchRegion | undefined) =>
  good(match.lobby.$post({ json: region === undefined ? {} : { region } }, limits()));
export const fetchIce = (id: string, token: string) =>
  good(match.calls[":id"].ice.$post({ param: { id }, json: { token } }, limits()));

export const fetchCalls = (cursor: string | undefined) =>
  good(match.calls.$get({ query: page(cursor) }, limits()));
export const rateCall = (id: string, rating: number) =>
  good(match.calls[":id"].rating.$post({ param: { id }, json: { rating } }, limits()));
export const reportPartner = (json: Report) => good(match.reports.$post({ json }, limits()));
export const fetchBlocks = (cursor: string | undefined) =>
  good(match.blocks.$get({ query: page(cursor) }, limits()));
export const blockMember = (member: string) =>
  good(match.blocks[":member"].$post({ param: { member } }, limits()));
export const unblockMember = (member: string) =>
  good(match.blocks[":member"].$delete({ param: { member } }, limits()));

const { moderation } = match;
export const fetchReports = (state: "open" | "closed", cursor: string | undefined) =>
  good(moderation.reports.$get({ query: { ...page(cursor), state } }, limits()));
export const decideReport = (id: string, json: Decide) =>
  good(moderation.reports[":id"].decide.$post({ param: { id }, json }, limits()));
export const fetchBans = (cursor: string | undefined) =>
  good(moderation.bans.$get({ query: { ...page(cursor), state: "active" } }, limits()));
export const liftBan = (id: string) =>
  good(moderation.bans[":id"].$delete({ param: { id } }, limits()));

import { expect } from "vitest";
import type { z } from "zod";
import { type Problem, problemSchema } from "../../../protocol/problem.ts";
import { watchInviteSchema } from "../../../protocol/watch/invite.ts";
import { createdWatchRoomSchema, joinedWatchRoomSchema } from "../../../protocol/watch/rest.ts";

interface SentRequest {
  readonly method?: string;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}

/** Something that answers requests as the API does: a `FakeCloud`, or a whole site. */
export interface Api {
  request(path: string, init?: SentRequest): Promise<Response>;
}

const rooms = "/v1/watch/rooms";
const bearer = (seat: string | undefined) =>
  seat === undefined ? {} : { Authorization: `Bearer ${seat}` };

/** Ways to ask for what watch rooms offer over HTTP. */
export function doorOf(api: Api) {
  const ask = (path: string, method: string, json?: unknown, seat?: string) =>
    api.request(`${rooms}${path}`, {
      method,
      headers: bearer(seat),
      ...(json === undefined ? {} : { json }),
    });
  return {
    create: (json: unknown = { title: "Film night" }) => ask("", "POST", json),
    created: async (json: unknown = { title: "Film night" }) =>
      await parsed(await ask("", "POST", json), createdWatchRoomSchema),
    list: (query = "") => ask(query, "GET"),
    get: (id: string, what = "") => ask(`/${id}${what}`, "GET"),
    join: (id: string, json: unknown) => ask(`/${id}/join`, "POST", json),
    joined: async (id: string, json: unknown) =>
      await parsed(await ask(`/${id}/join`, "POST", json), joinedWatchRoomSchema),
    change: (id: string, json: unknown, seat?: string) => ask(`/${id}`, "PATCH", json, seat),
    end: (id: string, seat?: string) => ask(`/${id}`, "DELETE", undefined, seat),
    invite: (id: string, json: unknown, seat?: string) => ask(`/${id}/invites`, "POST", json, seat),
    invited: async (id: string, json: unknown, seat?: string) =>
      await parsed(await ask(`/${id}/invites`, "POST", json, seat), watchInviteSchema),
    revoke: (id: string, seat?: string) => ask(`/${id}/invites`, "DELETE", undefined, seat),
    report: (id: string, json: unknown) => ask(`/${id}/reports`, "POST", json),
  };
}

/** What a good answer says, by its schema. */
export async function parsed<S extends z.ZodType>(
  response: Response,
  schema: S,
): Promise<z.output<S>> {
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  return schema.parse(JSON.parse(text));
}

/** What an answer that is an error says. */
export async function problemOf(response: Response | Promise<Response>): Promise<Problem> {
  const answer = await response;
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
}

import { Client } from "pg";
import { z } from "zod";
import { currentSessionSchema, signedInSchema } from "../../../protocol/identity/account.ts";
import { pastCallsSchema } from "../../../protocol/match/rest-calls.ts";
import {
  type EnteredLobby,
  enteredLobbySchema,
  iceSchema,
  standingSchema,
} from "../../../protocol/match/rest-lobby.ts";
import { type PutProfile, profileSchema } from "../../../protocol/match/rest-profile.ts";
import { rulesVersion } from "../../../protocol/match/rest-rules.ts";
import { Unanswered } from "../attempts.ts";
import type { Browser } from "../browser.ts";
import type { Side } from "../driver.ts";
import { inLanes } from "../lanes.ts";

const profile: PutProfile = {
  name: "Bench",
  ageRange: "25-34",
  languages: ["en", "de"],
  interests: ["chess", "go"],
  bio: "hello",
};
const anything = z.object({});
const sessionSchema = z.object({ userId: z.string(), session: z.string() });

/** What a page of match asks for over HTTP, on one side. All may throw `Unanswered`. */
export interface House {
  /** Somebody who has never been here, with all it takes to enter. */
  signUp(browser: Browser): Promise<void>;
  /** What a page asks for when somebody comes back. */
  comeBack(browser: Browser): Promise<void>;
  enter(browser: Browser): Promise<EnteredLobby>;
  ice(browser: Browser, callId: string, token: string): Promise<void>;
  history(browser: Browser): Promise<void>;
  /** Many at once, as cheaply as it goes: this is not measured. */
  signUpAll(browsers: readonly Browser[]): Promise<void>;
}

const common = {
  async enter(browser: Browser) {
    const entered = await browser.ask("POST", "/v1/match/lobby", enteredLobbySchema, {});
    if (entered.queue !== null) throw new Unanswered("a region of several lobbies");
    return entered;
  },
  async ice(browser: Browser, callId: string, token: string) {
    await browser.ask("POST", `/v1/match/calls/${callId}/ice`, iceSchema, { token });
  },
  async history(browser: Browser) {
    await browser.ask("GET", "/v1/match/calls?limit=20", pastCallsSchema);
  },
};

/** The product: people are guests, with a profile and the rules confirmed. */
function edgeHouse({ databaseUrl }: Side): House {
  const guest = async (browser: Browser) =>
    (await browser.ask("POST", "/v1/auth/guest", signedInSchema, { name: profile.name })).user.id;
  return {
    ...common,
    async signUp(browser) {
      await guest(browser);
      await browser.ask("PUT", "/v1/match/profile", profileSchema, profile);
      const confirmed = { rulesVersion, adult: true, keepsRules: true };
      await browser.ask("POST", "/v1/match/consent", anything, confirmed);
    },
    async comeBack(browser) {
      await browser.ask("GET", "/v1/auth/session", currentSessionSchema);
      await browser.ask("GET", "/v1/match/me", standingSchema);
    },
    async signUpAll(browsers) {
      const ids: string[] = [];
      await inLanes(browsers, async (browser) => void ids.push(await guest(browser)));
      await describeAll(databaseUrl, ids);
    },
  };
}

/** What guests write of themselves, all of them in two statements. */
async function describeAll(databaseUrl: string, ids: readonly string[]): Promise<void> {
  const postgres = new Client(databaseUrl);
  await postgres.connect();
  try {
    await postgres.query(
      `insert into match_profile (user_id, name, age_range, languages, interests, bio, links)
       select id, $2::text, $3::text, $4::text[], $5::text[], $6::text, '[]' from unnest($1::text[]) as made(id)`,
      [ids, profile.name, profile.ageRange, profile.languages, profile.interests, profile.bio],
    );
    await postgres.query(
      `insert into match_consent (user_id, rules_version)
       select id, $2::integer from unnest($1::text[]) as made(id)`,
      [ids, rulesVersion],
    );
  } finally {
    await postgres.end();
  }
}

/** The old design: people have nothing but a session and a profile. */
function containerHouse(): House {
  const signUp = async (browser: Browser) => {
    const { session } = await browser.ask("POST", "/v1/match/sessions", sessionSchema);
    browser.session = session;
    await browser.ask("PUT", "/v1/match/profile", profileSchema, profile);
  };
  return {
    ...common,
    signUp,
    async comeBack(browser) {
      await browser.ask("GET", "/v1/match/profile", profileSchema);
    },
    signUpAll: (browsers) => inLanes(browsers, signUp),
  };
}

export const houseOf = (side: Side): House =>
  side.name === "edge" ? edgeHouse(side) : containerHouse();

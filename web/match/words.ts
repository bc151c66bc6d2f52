import type { CallEnd } from "../../protocol/match/call-down.ts";
import type { TicketReason } from "../../protocol/match/lobby-down.ts";
import type { ReportReason } from "../../protocol/match/rest-calls.ts";
import type { MatchFilter } from "../../protocol/match/ticket.ts";
import { ApiProblem, adviceFor } from "../api/problem.ts";
import type { MediaTrouble } from "./local-media.ts";

/** Languages to choose from; what a profile already has is kept, whatever it is. */
export const languages = [
  "ar",
  "bn",
  "cs",
  "da",
  "de",
  "el",
  "en",
  "es",
  "fa",
  "fi",
  "fr",
  "he",
  "hi",
  "hu",
  "id",
  "it",
  "ja",
  "ko",
  "nl",
  "no",
  "pl",
  "pt",
  "ro",
  "ru",
  "sv",
  "sw",
  "ta",
  "th",
  "tr",
  "uk",
  "ur",
  "vi",
  "zh",
] as const;

const names = new Intl.DisplayNames(undefined, { type: "language" });

/** A language by its name as people write it here. */
export function languageName(code: string): string {
  return names.of(code) ?? code;
}

export const filterNames: Readonly<Record<MatchFilter, string>> = {
  interests: "Shared interests",
  region: "Your region",
  ages: "Ages",
  languages: "Languages",
  genders: "Genders",
};

export const reasonNames: Readonly<Record<ReportReason, string>> = {
  nudity: "Nudity or sex",
  harassment: "Harassment",
  hate: "Hatred",
  threat: "A threat",
  minor: "Seems to be under 18",
  spam: "Asks for money or advertises",
  recording: "Records the call",
  other: "Something else",
};

/** The reason of a ban or a warning: that of the report it came of, or words of those who decided. */
export function reasonText(reason: string): string {
  return Object.entries(reasonNames).find(([code]) => code === reason)?.[1] ?? reason;
}

/** Why a call ended, said to the person who was in it. */
export function endText(reason: string, by: "you" | "partner" | "room", name: string): string {
  const texts: Readonly<Record<CallEnd, string>> = {
    hangup: by === "you" ? "You hung up." : `${name} hung up.`,
    next: by === "you" ? "You went on." : `${name} went on to somebody else.`,
    blocked: by === "you" ? `You blocked ${name}.` : `${name} ended the call.`,
    reported: by === "you" ? `You reported ${name}.` : `${name} ended the call.`,
    partner_lost: `${name} was lost and did not come back.`,
    no_show: `${name} did not come.`,
    time_limit: "The call reached its longest time.",
    removed: "The call was ended by those who look after this place.",
  };
  return texts[reason as CallEnd] ?? "The call ended.";
}

/** The same in a word or two, for the history. */
export const endWords: Readonly<Record<string, string>> = {
  hangup: "Hung up",
  next: "Went on",
  blocked: "Blocked",
  reported: "Reported",
  partner_lost: "Connection lost",
  no_show: "Nobody came",
  time_limit: "Time was up",
  removed: "Ended by moderation",
};

export function noticeText(notice: TicketReason | "full"): string {
  switch (notice) {
    case "full":
      return "The lobby is full. This page tries again by itself, in some seconds.";
    case "no_show":
      return "Your partner did not come. You wait on, at your old place.";
    case "partner_gone":
      return "Your partner left before the call began. You wait on, at your old place.";
    case "waited_too_long":
      return "Nobody who fits came within five minutes. Ask for less, or try again later.";
    case "removed":
      return "You were put out of the lobby.";
    case "left":
    case "lost":
      return "The connection was lost for too long, and with it your place.";
    case "asked":
      return "The search was called off in another window.";
  }
}

/** What to do about a camera or microphone that cannot be had. */
export const mediaAdvice: Readonly<Record<MediaTrouble, { title: string; text: string }>> = {
  denied: {
    title: "The browser does not let this page use them",
    text: "Open the site's permissions beside the address, allow the camera and the microphone, and try again.",
  },
  missing: {
    title: "No camera or microphone is there",
    text: "Connect one, or switch it on, and try again.",
  },
  busy: {
    title: "The camera or microphone is in use",
    text: "Another program may hold it. Close that, and try again.",
  },
  unsupported: {
    title: "This browser gives no page a camera",
    text: "Open the page over https:// in a current browser.",
  },
};

/** What to tell a person about a failed call of the API. */
export function matchAdvice(error: unknown): string {
  if (error instanceof ApiProblem && error.code === "picture_invalid")
    return "This is not a picture that can be shown. Use a JPEG, PNG or WebP.";
  return adviceFor(error);
}

/** A duration as `4:05`, or `1:04:05`. */
export function durationText(duration_ms: number): string {
  const all_s = Math.max(0, Math.floor(duration_ms / 1000));
  const parts = [Math.floor(all_s / 3600), Math.floor(all_s / 60) % 60, all_s % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, "0")))
    .join(":");
}

/**
 * Where a stranger's link leads, its host first, as a person can judge it.
 * @returns null for what is no https address, which is then not shown
 */
export function linkText(href: string): string | null {
  const url = URL.parse(href);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return null;
  // The host as it is resolved: letters that only look like others show as `xn--`.
  return `${url.host}${url.pathname === "/" ? "" : url.pathname}${url.search}`;
}

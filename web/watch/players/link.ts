/** What a pasted link leads to, before anybody has looked whether it is there. */
export type Link =
  | { readonly kind: "youtube"; readonly videoId: string }
  | { readonly kind: "file"; readonly url: string; readonly format: "mp4" | "webm" | "hls" };

export type LinkProblem = "empty" | "no_link" | "not_https" | "no_video" | "unknown_kind";

const link_length_max = 2_000;
const videoIdPattern = /^[A-Za-z0-9_-]{11}$/;

const formats: Readonly<Record<string, "mp4" | "webm" | "hls">> = {
  mp4: "mp4",
  m4v: "mp4",
  webm: "webm",
  m3u8: "hls",
};

/**
 * Reads a link that a person pasted.
 * @returns what it leads to, or what is wrong with it
 */
export function linkOf(text: string): Link | LinkProblem {
  const trimmed = text.trim();
  if (trimmed === "") return "empty";
  const url = urlOf(trimmed);
  if (url === undefined) return "no_link";
  if (isYoutube(url)) {
    const videoId = videoIdOf(url);
    return videoId === undefined ? "no_video" : { kind: "youtube", videoId };
  }
  if (url.protocol !== "https:") return "not_https";
  const ending = /\.([a-z0-9]+)$/i.exec(url.pathname)?.[1]?.toLowerCase() ?? "";
  const format = formats[ending];
  return format === undefined ? "unknown_kind" : { kind: "file", url: url.href, format };
}

/** A title for a video whose address is all that is known: the file's name, made readable. */
export function titleOfFile(url: string): string {
  const name = new URL(url).pathname.split("/").at(-1) ?? "";
  const bare = decoded(name)
    .replace(/\.[a-z0-9]+$/i, "")
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069_+]+/gu, " ")
    .trim();
  return bare.slice(0, 80) || new URL(url).host.slice(0, 80);
}

function urlOf(text: string): URL | undefined {
  if (text.length > link_length_max || /\s/.test(text)) return undefined;
  // People copy addresses without their beginning: `youtu.be/…`.
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  const url = URL.parse(candidate);
  return url?.hostname.includes(".") ? url : undefined;
}

function isYoutube({ hostname }: URL): boolean {
  const host = hostname.replace(/^(www|m|music)\./, "");
  return host === "youtu.be" || host === "youtube.com" || host === "youtube-nocookie.com";
}

/** `watch?v=`, and the forms in which the id is the path's last part. */
function videoIdOf(url: URL): string | undefined {
  const [first = "", second = ""] = url.pathname.split("/").filter((part) => part !== "");
  const inPath = ["shorts", "embed", "live", "v"].includes(first) ? second : "";
  const short = url.hostname.endsWith("youtu.be") ? first : "";
  const id = url.searchParams.get("v") ?? (short || inPath);
  return videoIdPattern.test(id) ? id : undefined;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import { WebSocket } from "ws";
import type { Stack } from "../../local/stack.ts";
import { tokenKeysSchema } from "../../platform/tokens/keys.ts";
import { signRoomToken } from "../../platform/tokens/room.ts";
import type { LobbyData } from "../../protocol/match/room-data.ts";
import { pingFrame, pongFrame, type RoomClaims } from "../../protocol/room.ts";

export type StackAddress = Pick<Stack, "url" | "secrets">;
export type Frame = { readonly type: string } & Readonly<Record<string, unknown>>;

const facts = {
  ageRange: "25-34",
  languages: ["en"],
  interests: [],
  gender: null,
  region: "eu",
  picturePath: null,
} as const;

/** Claims of somebody who enters a lobby. */
export function lobbyClaims(room: string, member: string, more: Partial<LobbyData> = {}) {
  const data: LobbyData = {
    facts: { ...facts, languages: ["en"], interests: [] },
    blocks: "",
    recent: "",
    adult: true,
    capacity: 1_200,
    ...more,
  };
  const claims: RoomClaims = { party: "lobby", room, member, name: member, role: "member", data };
  return claims;
}

export async function tokenFor(stack: StackAddress, claims: RoomClaims): Promise<string> {
  const keys = tokenKeysSchema.parse(stack.secrets.roomTokenKeys);
  return signRoomToken(claims, keys, { now_ms: Date.now(), lifetime_ms: 600_000 });
}

/** A socket that hands out its frames by type, each once. */
export class Line {
  readonly web: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiting: { type: string; take: (frame: Frame) => void }[] = [];

  constructor(url: string) {
    this.web = new WebSocket(url, { perMessageDeflate: false });
    this.web.on("message", (data) => {
      const text = String(data);
      if (text === pongFrame) return;
      const frame = JSON.parse(text) as Frame;
      const at = this.#waiting.findIndex(({ type }) => type === frame.type || type === "*");
      const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (waiting === undefined) this.#frames.push(frame);
      else waiting.take(frame);
    });
    this.web.on("error", () => {});
  }

  static async open(stack: StackAddress, claims: RoomClaims, token?: string): Promise<Line> {
    const url = new URL(`/parties/${claims.party}/${claims.room}`, stack.url);
    url.protocol = "ws:";
    url.searchParams.set("token", token ?? (await tokenFor(stack, claims)));
    const line = new Line(url.href);
    await new Promise<void>((resolve, reject) => {
      line.web.once("open", resolve);
      line.web.once("error", reject);
    });
    return line;
  }

  send(message: unknown): void {
    this.web.send(JSON.stringify(message));
  }

  ping(): void {
    this.web.send(pingFrame);
  }

  /** The next frame of a type (`*` for any) that nobody has taken yet. */
  next(type: string): Promise<Frame> {
    const at = this.#frames.findIndex((frame) => frame.type === type || type === "*");
    const [frame] = at < 0 ? [] : this.#frames.splice(at, 1);
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((take) => this.#waiting.push({ type, take }));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.web.readyState === WebSocket.CLOSED) return resolve();
      this.web.once("close", () => resolve());
      this.web.close(1000);
      setTimeout(() => this.web.terminate(), 500).unref();
    });
  }
}

import { errors, jwtVerify, SignJWT } from "jose";
import { type RoomClaims, roomClaimsSchema } from "../../../protocol/room.ts";
import type { TokenKeys } from "../settings.ts";

type Address = Pick<RoomClaims, "party" | "room">;

/** Life of a token that opens one socket, and of one that comes back. */
export const tokenLife_ms = 60_000;
export const resumeLife_ms = 12 * 60 * 60_000;

/** Signs and reads the service's own notes: HS256, one audience for each room and purpose. */
export class Tokens {
  readonly #keys: TokenKeys;

  constructor(keys: TokenKeys) {
    this.#keys = keys;
  }

  signRoom({ party, room, member, name, role, data }: RoomClaims, life_ms: number) {
    return this.#sign({ sub: member, name, role, data }, `room:${party}/${room}`, life_ms);
  }

  /** Who wants to enter, or which problem their token has. */
  async readRoom(
    token: unknown,
    { party, room }: Address,
  ): Promise<RoomClaims | "token_missing" | "token_invalid" | "token_expired"> {
    if (typeof token !== "string" || token === "") return "token_missing";
    const payload = await this.#read(token, `room:${party}/${room}`);
    if (typeof payload === "string") return payload;
    const { sub, name, role, data } = payload;
    const claims = roomClaimsSchema.safeParse({ party, room, member: sub, name, role, data });
    return claims.success ? claims.data : "token_invalid";
  }

  /** The note by which somebody is the same person at each join. */
  signSeat(room: string, member: string, role: string) {
    return this.#sign({ sub: member, role }, `seat:${room}`, resumeLife_ms);
  }

  async readSeat(seat: string, room: string) {
    const payload = await this.#read(seat, `seat:${room}`);
    if (typeof payload === "string") return undefined;
    const { sub, role } = payload;
    return typeof sub === "string" && typeof role === "string" ? { member: sub, role } : undefined;
  }

  #sign(payload: Record<string, unknown>, audience: string, life_ms: number): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new RangeError("no key to sign with");
    return new SignJWT(payload)
      .setProtectedHeader({ alg: "HS256", kid: key.id })
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(new Date(Date.now() + life_ms))
      .sign(key.secret);
  }

  async #read(token: string, audience: string) {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#secretOf(kid), {
        algorithms: ["HS256"],
        audience,
        requiredClaims: ["exp"],
      });
      return payload as Record<string, unknown>;
    } catch (error) {
      return error instanceof errors.JWTExpired ? "token_expired" : "token_invalid";
    }
  }

  #secretOf(id: string | undefined): Uint8Array {
    const key = this.#keys.find((candidate) => candidate.id === id);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key.secret;
  }
}

import { blockMember, listBlocks, unblockMember } from "../../db/queries/match-block.ts";
import { type Blocks, blocks_max } from "../../protocol/match/rest-calls.ts";
import { queried } from "../database.ts";
import { ProblemError } from "../problem.ts";
import type { Services } from "../services.ts";
import type { PageQuery } from "./calls.ts";
import { cursorOf, pageOf } from "./cursor.ts";
import { tellLobbies } from "./lobbies.ts";
import { picturePath } from "./profile.ts";

type Parts = Pick<Services, "db" | "rooms" | "settings">;

/**
 * Keeps two people apart from now on: kept first, so that it is never forgotten, and then told to
 * every lobby of either, so that it holds in queues at once.
 * @returns whom it is of, and whether all lobbies have confirmed it
 * @throws ProblemError `not_found`, `limit_reached`, `bad_request` for oneself, `unavailable`
 */
export async function block(parts: Parts, userId: string, memberId: string) {
  const kept = await queried(() => blockMember(parts.db, userId, memberId, blocks_max));
  switch (kept.type) {
    case "nobody":
      throw new ProblemError("not_found");
    case "self":
      throw new ProblemError("bad_request", {
        issues: [{ path: "member", message: "is yourself" }],
      });
    case "full":
      throw new ProblemError("limit_reached", { detail: `at most ${blocks_max} people` });
    case "blocked":
      return {
        memberId: kept.memberId,
        toldLobbies: await tellBlock(parts, userId, kept.memberId, memberId),
      };
  }
}

/** Takes it back. What the other has blocked stays. */
export async function unblock(parts: Parts, userId: string, memberId: string) {
  const target = await queried(() => unblockMember(parts.db, userId, memberId));
  const request = { type: "unblock", by: userId, member: target } as const;
  return { memberId: target, toldLobbies: await tellLobbies(parts, userId, request) };
}

/**
 * Rooms may still know a guest by the id they had before their account, so that one is told, too.
 */
async function tellBlock(
  parts: Parts,
  by: string,
  member: string,
  knownAs: string,
): Promise<boolean> {
  const told = await Promise.all(
    [...new Set([member, knownAs])].map((id) =>
      tellLobbies(parts, by, { type: "block", by, member: id }),
    ),
  );
  return told.every((done) => done);
}

/** A page of those whom somebody has blocked, newest first. */
export async function blocksOf(
  { db }: Pick<Services, "db">,
  userId: string,
  { limit, cursor }: PageQuery,
): Promise<Blocks> {
  const after = cursorOf(cursor);
  const found = await queried(() => listBlocks(db, userId, limit + 1, after));
  const page = pageOf(found, limit, (row) => ({ at_ms: row.created_at_ms, id: row.member_id }));
  return {
    blocks: page.rows.map((row) => ({
      member: { userId: row.member_id, name: row.name, picturePath: picturePath(row.picture_key) },
      createdAt: new Date(row.created_at_ms).toISOString(),
    })),
    cursor: page.cursor,
  };
}

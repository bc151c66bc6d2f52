import { expect, test } from "vitest";
import { gameSchema } from "../../protocol/analytics/game.ts";
import { createdGameKeySchema, gameKeysSchema } from "../../protocol/analytics/key.ts";
import { doneSchema } from "../../protocol/identity/account.ts";
import { onAnalyticsSite } from "./analytics-read-site.ts";
import { refusal } from "./identity-visitor.ts";

onAnalyticsSite("keys while a buffer is away", (site) => {
  test("a key is told when it is made, for there is no second time; one is not called revoked before every buffer knows", async () => {
    const ada = site().visitor();
    await ada.signUp();
    const settings = { shards: 2 };
    const game = await ada.post("/v1/analytics/games", { name: "Tower", settings }, gameSchema);
    const path = `/v1/analytics/games/${game.id}/keys`;
    site().buffersAway.add(`${game.id}.live.1`);
    const made = await ada.post(path, { name: "key", kind: "write" }, createdGameKeySchema);
    expect(made.key).toMatch(/^offw_/);
    const { keys } = await ada.get(path, gameKeysSchema);
    expect(keys.map(({ id }) => id)).toEqual([made.info.id]);
    // The buffer that is there knows it already.
    const known = await site().buffer(`${game.id}.live.0`).buffer.currentConfig();
    expect(known?.keys.map(({ id }) => id)).toEqual([made.info.id]);
    const revoke = `${path}/${made.info.id}/revoke`;
    expect((await refusal(ada.request("POST", revoke, {}))).status).toBe(503);
    site().buffersAway.clear();
    await ada.post(revoke, {}, doneSchema);
  });
});

import { expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { gameKeyKindSchema } from "../../protocol/analytics/key.ts";
import { keyTextOf, readKeyText, verifyKeyText } from "./key-text.ts";

const signer = { id: "k2", secret: "the secret that signs at the moment!" };
const older = { id: "k1", secret: "the secret that signed before that!" };
const facts = {
  kind: "write",
  gameId: "game-of_16-chars",
  keyId: "key_12-chars",
  env: "live",
} as const;

test("a key says what it is for, and the house's secrets vouch for it, older ones too", async () => {
  for (const kind of gameKeyKindSchema.options)
    for (const env of ["live", "sandbox"] as const)
      for (const by of [signer, older]) {
        const own = { ...facts, kind, env };
        const key = await keyTextOf(own, by);
        expect(await verifyKeyText(key, [signer, older])).toEqual(own);
        expect(readKeyText(key)).toEqual(own);
      }
});

test("a secret the house has put away vouches for nothing any more", async () => {
  expect(await verifyKeyText(await keyTextOf(facts, older), [signer])).toBeUndefined();
});

test("no character of a key can be another", async () => {
  const key = await keyTextOf(facts, signer);
  await forAll(100, async (random) => {
    const at = random.below(key.length);
    const letter = random.pick([..."ABCxyz019-_ls"]);
    const changed = key.slice(0, at) + letter + key.slice(at + 1);
    const verified = await verifyKeyText(changed, [signer]);
    expect(verified).toEqual(changed === key ? facts : undefined);
  });
  expect(await verifyKeyText(`${key}A`, [signer])).toBeUndefined();
  expect(await verifyKeyText(key.slice(0, -1), [signer])).toBeUndefined();
});

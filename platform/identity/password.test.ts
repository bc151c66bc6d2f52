import { describe, expect, test } from "vitest";
import { hashPassword, isOutdated, scryptParameters, verifyPassword } from "./password.ts";

/** So cheap that the tests of the encoding cost nothing. */
const cheap = { ln: 4, r: 1, p: 1 };

describe("a password's hash", () => {
  test("says how it was made, so that parameters can be raised later", async () => {
    const hash = await hashPassword("correct horse");
    expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword(hash, "correct horse")).toBe(true);
    expect(await verifyPassword(hash, "correct horsf")).toBe(false);
  });

  test("is the one of RFC 7914, section 12", async () => {
    const salt = new TextEncoder().encode("SodiumChloride");
    const hash = await hashPassword("pleaseletmein", { ln: 14, r: 8, p: 1 }, salt);
    // The first 32 of the 64 bytes: PBKDF2's blocks do not depend on how many are asked for.
    const key = Buffer.from(hash.split("$")[4] ?? "", "base64").toString("hex");
    expect(key).toBe("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
  });

  test("differs each time for the same password", async () => {
    expect(await hashPassword("same", cheap)).not.toBe(await hashPassword("same", cheap));
  });

  test("takes every character of a password, and all of a long one", async () => {
    const hash = await hashPassword(`${"p".repeat(127)}é`, cheap);
    expect(await verifyPassword(hash, `${"p".repeat(127)}é`)).toBe(true);
    expect(await verifyPassword(hash, `${"p".repeat(127)}e`)).toBe(false);
  });

  test("is the same for letters that keyboards compose differently", async () => {
    const hash = await hashPassword("caf\u00e9", cheap);
    expect(await verifyPassword(hash, "cafe\u0301")).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["another algorithm", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"],
    ["a cost of nothing", `$scrypt$ln=0,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`],
    ["a cost nobody pays", `$scrypt$ln=99,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`],
    ["more memory than there is", `$scrypt$ln=17,r=16,p=1$${"A".repeat(22)}$${"A".repeat(43)}`],
    ["a short key", `$scrypt$ln=4,r=1,p=1$${"A".repeat(22)}$${"A".repeat(42)}`],
  ])("that is %s fits no password", async (_what, hash) => {
    expect(await verifyPassword(hash, "")).toBe(false);
    expect(isOutdated(hash)).toBe(true);
  });

  test("is outdated once the parameters have changed", async () => {
    const hash = await hashPassword("old", cheap);
    expect(isOutdated(hash)).toBe(true);
    expect(isOutdated(hash, cheap)).toBe(false);
    expect(isOutdated(await hashPassword("new", scryptParameters))).toBe(false);
  });
});

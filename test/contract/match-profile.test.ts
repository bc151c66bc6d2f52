import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { matchKinds } from "../../functions/match/picture/sweep-kind.ts";
import { samples, withSegments } from "../../functions/match/testing/pictures.ts";
import { contextOf } from "../../platform/jobs/testing/context.ts";
import { forAll } from "../../platform/testing/random.ts";
import { createdApiKeySchema } from "../../protocol/identity/api-key.ts";
import {
  lightProfileSchema,
  pictureSchema,
  profileLimits,
  profileSchema,
} from "../../protocol/match/rest-profile.ts";
import { MatchSite, type Person, someProfile } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("profiles", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  beforeEach(() => {
    site.bucket.broken = false;
    site.bucket.objects.clear();
  });
  afterAll(() => site?.stop());

  const own = (person: Person) => person.good("GET", "/v1/match/profile", profileSchema);
  const of = (reader: Person, id: string) =>
    reader.good("GET", `/v1/match/profiles/${id}`, lightProfileSchema);

  test("there is none before one is made, and then it is as it was written", async () => {
    const ada = await site.guest();
    expect(await ada.refused("GET", "/v1/match/profile")).toBe("404 not_found");
    const written = {
      name: " Ada ",
      ageRange: "25-34",
      languages: ["en", "de", "en"],
      interests: ["Chess", "chess", "  Go "],
      gender: "Woman",
      bio: "Hello,\r\nworld",
      links: ["https://example.com/ada?x=1"],
    };
    const made = await ada.good("PUT", "/v1/match/profile", profileSchema, written);
    expect(made).toMatchObject({
      userId: ada.id,
      name: "Ada",
      languages: ["en", "de"],
      interests: ["chess", "go"],
      gender: "woman",
      bio: "Hello,\nworld",
      links: ["https://example.com/ada?x=1"],
      picturePath: null,
    });
    expect(await own(ada)).toEqual(made);
  });

  test("what is left out of a new one is empty, and of a change stays", async () => {
    const ada = await site.guest();
    await ada.fine("PUT", "/v1/match/profile", { ...someProfile, bio: "x", gender: "woman" });
    const put = await ada.good("PUT", "/v1/match/profile", profileSchema, someProfile);
    expect(put).toMatchObject({ bio: "", gender: null, links: [] });
    const patch = { bio: "y", gender: "man" };
    const patched = await ada.good("PATCH", "/v1/match/profile", profileSchema, patch);
    expect(patched).toMatchObject({ ...someProfile, bio: "y", gender: "man" });
    const undone = await ada.good("PATCH", "/v1/match/profile", profileSchema, { gender: null });
    expect(undone).toMatchObject({ bio: "y", gender: null });
    expect(Date.parse(undone.updatedAt)).toBeGreaterThanOrEqual(Date.parse(put.updatedAt));
    expect(undone.createdAt).toBe(put.createdAt);
  });

  test("nothing can be changed where there is nothing", async () => {
    const ada = await site.guest();
    expect(await ada.refused("PATCH", "/v1/match/profile", { bio: "y" })).toBe(
      "403 profile_required",
    );
    expect(await ada.refused("PUT", "/v1/match/profile/picture", samples.png)).toBe(
      "403 profile_required",
    );
  });

  test.each([
    ["a child's age", { ageRange: "13-17" }],
    ["no language", { languages: [] }],
    ["a language that is none", { languages: ["English"] }],
    ["too many interests", { interests: Array.from({ length: 11 }, (_, at) => `i${at}`) }],
    ["a long interest", { interests: ["x".repeat(25)] }],
    ["a long bio", { bio: "x".repeat(profileLimits.bio_length + 1) }],
    ["a bio that turns text around", { bio: "a\u202Eb" }],
    ["half a character", { bio: "a\ud800" }],
    ["a name of two lines", { name: "a\nb" }],
    ["a link that runs", { links: ["javascript:alert(1)"] }],
    ["a link without encryption", { links: ["http://example.com"] }],
    ["a link to a machine's own", { links: ["https://localhost/"] }],
    ["no name", { name: undefined }],
  ])("with %s is refused", async (_what, fields) => {
    const ada = await site.guest();
    const written = { ...someProfile, ...fields };
    expect(await ada.refused("PUT", "/v1/match/profile", written)).toBe("400 bad_request");
  });

  test("an empty change is refused", async () => {
    const ada = await site.member();
    expect(await ada.refused("PATCH", "/v1/match/profile", {})).toBe("400 bad_request");
  });

  test("others see its light form, and only who is signed in does", async () => {
    const [ada, bob] = [await site.member({ bio: "hi" }), await site.guest()];
    const light = await of(bob, ada.id);
    const { createdAt, updatedAt, ...rest } = await own(ada);
    expect(light).toEqual(rest);
    expect(Object.keys(light)).not.toContain("createdAt");
    expect((await site.request(`/v1/match/profiles/${ada.id}`)).status).toBe(401);
    expect(await bob.refused("GET", "/v1/match/profiles/nobody-has-this-id")).toBe("404 not_found");
  });

  test("are read from the cache, and after a change never as they were before", async () => {
    const [ada, bob] = [await site.member({ bio: "one" }), await site.guest()];
    expect((await of(bob, ada.id)).bio).toBe("one");
    // What others do to the row past the API shows that the answer comes from the cache.
    // A busy machine's cache may be too late for one read or another, which then asks the database.
    const kept = async () => {
      await of(bob, ada.id);
      return site.redis.exists(`cache:user:1:match:${ada.id}`);
    };
    await expect.poll(kept, { timeout: 20_000 }).toBe(1);
    await site.db.execute(sql`update match_profile set bio = 'unseen' where user_id = ${ada.id}`);
    const bio = async () => (await of(bob, ada.id)).bio;
    await expect.poll(bio, { timeout: 20_000 }).toBe("one");
    await ada.fine("PATCH", "/v1/match/profile", { bio: "two" });
    expect((await of(bob, ada.id)).bio).toBe("two");
  });

  test("are open to programs with a key of their person, as far as its scopes go", async () => {
    const ada = await site.member({ bio: "mine" });
    await ada.fine("POST", "/v1/auth/sign-up", {
      name: "Ada",
      email: `${crypto.randomUUID()}@example.com`,
      password: "a long enough password",
    });
    const body = { name: "program", scopes: ["match:read"] };
    const { key } = await ada.good("POST", "/v1/keys", createdApiKeySchema, body);
    const asProgram = (path: string, init: RequestInit = {}) =>
      site.request(path, {
        ...init,
        headers: { "X-Api-Key": key, "Content-Type": "application/json" },
      });
    const response = await asProgram("/v1/match/profile");
    expect(profileSchema.parse(await response.json()).bio).toBe("mine");
    const patch = { method: "PATCH", body: JSON.stringify({ bio: "theirs" }) };
    expect((await asProgram("/v1/match/profile", patch)).status).toBe(403);
    const enter = { method: "POST", body: "{}" };
    expect((await asProgram("/v1/match/lobby", enter)).status).toBe(403);
  });

  test("take any text that the schema lets through, and give it back", async () => {
    const ada = await site.member();
    await forAll(15, async (random) => {
      const bio = random.text(profileLimits.bio_length);
      const response = await ada.request("PATCH", "/v1/match/profile", { bio });
      expect([200, 400]).toContain(response.status);
      if (response.status === 200)
        expect(profileSchema.parse(await response.json()).bio).toBe(bio.trim());
    });
  });

  describe("a picture", () => {
    const show = (person: Person, bytes: Uint8Array) =>
      person.good("PUT", "/v1/match/profile/picture", pictureSchema, bytes);
    const rows = async () =>
      (await site.db.execute<{ key: string }>(sql`select key from match_picture`)).rows;
    const stored = () => [...site.bucket.objects.keys()];

    beforeEach(async () => {
      await site.db.execute(sql`delete from match_picture`);
    });

    test("is kept without metadata, and served at an address nobody can guess", async () => {
      const [ada, bob] = [await site.member(), await site.guest()];
      const loaded = withSegments(samples.jpeg, [0xe1, "Exif: at home"]);
      const picture = await show(ada, loaded);
      expect(picture).toMatchObject({ type: "image/jpeg", width_px: 6, height_px: 4 });
      expect(picture.picturePath).toMatch(/^\/v1\/match\/pictures\/[A-Za-z0-9_-]{24}$/);
      expect((await of(bob, ada.id)).picturePath).toBe(picture.picturePath);
      const response = await site.request(picture.picturePath);
      expect(response.headers.get("Content-Type")).toBe("image/jpeg");
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=3600");
      expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(bytes).toHaveLength(picture.size_bytes);
      expect(new TextDecoder("latin1").decode(bytes)).not.toContain("home");
      const etag = response.headers.get("ETag") ?? "";
      const again = await site.request(picture.picturePath, { headers: { "If-None-Match": etag } });
      expect(again.status).toBe(304);
    });

    test("takes the place of the one before it, which is deleted", async () => {
      const ada = await site.member();
      const first = await show(ada, samples.jpeg);
      const second = await show(ada, samples.webpAlpha);
      expect(second.type).toBe("image/webp");
      await expect.poll(stored, { timeout: 20_000 }).toHaveLength(1);
      await expect.poll(rows, { timeout: 20_000 }).toHaveLength(1);
      expect((await site.request(first.picturePath)).status).toBe(404);
      expect((await own(ada)).picturePath).toBe(second.picturePath);
    });

    test("of several at once one is shown and none is left behind", async () => {
      const ada = await site.member();
      await Promise.all([0, 1, 2].map(() => show(ada, samples.png)));
      await expect.poll(stored, { timeout: 20_000 }).toHaveLength(1);
      const { picturePath } = await own(ada);
      expect((await site.request(picturePath ?? "")).status).toBe(200);
    });

    test("can be taken away, also twice", async () => {
      const ada = await site.member();
      await show(ada, samples.png);
      await ada.fine("DELETE", "/v1/match/profile/picture");
      await ada.fine("DELETE", "/v1/match/profile/picture");
      expect(stored()).toEqual([]);
      expect(await rows()).toEqual([]);
      expect((await own(ada)).picturePath).toBeNull();
    });

    test("that is none, or too large, is refused, and nothing is kept of it", async () => {
      const ada = await site.member();
      const refused = (bytes: Uint8Array) => ada.refused("PUT", "/v1/match/profile/picture", bytes);
      expect(await refused(new TextEncoder().encode("<svg/>"))).toBe("400 picture_invalid");
      expect(await refused(new Uint8Array())).toBe("400 picture_invalid");
      expect(await refused(new Uint8Array(2 * 1024 * 1024 + 1))).toBe("413 body_too_large");
      expect(await rows()).toEqual([]);
      expect(stored()).toEqual([]);
    });

    test("that the store does not take is `unavailable`, and the one before stays", async () => {
      const ada = await site.member();
      const { picturePath } = await show(ada, samples.png);
      site.bucket.broken = true;
      expect(await ada.refused("PUT", "/v1/match/profile/picture", samples.jpeg)).toBe(
        "503 unavailable",
      );
      site.bucket.broken = false;
      expect((await own(ada)).picturePath).toBe(picturePath);
    });

    test("that nobody shows is swept up, and what is shown or on its way is not", async () => {
      const ada = await site.member();
      await show(ada, samples.png);
      const [shown] = stored();
      for (const [key, age_h] of [
        ["lost-long-ago", 2],
        ["on-its-way", 0],
      ] as const) {
        await site.db.execute(sql`insert into match_picture (key, user_id, type, size_bytes, created_at)
          values (${key}, ${ada.id}, 'image/png', 1, now() - make_interval(hours => ${age_h}::integer))`);
        await site.bucket.put(`match/${key}`, samples.png, {
          httpMetadata: { contentType: "image/png" },
        });
      }
      const kind = matchKinds(site.db, site.bucket)["match.sweep-pictures"];
      const sweep = () => kind.run(contextOf({}));
      expect((await sweep()).result).toEqual({ deleted: 1 });
      expect((await sweep()).result).toEqual({ deleted: 0 });
      expect(stored().sort()).toEqual([shown, "match/on-its-way"].sort());
      expect(await rows()).toHaveLength(2);
    });
  });
});

import { describe, expect, test } from "vitest";
import { cloudflareServers, configuredServers, turnCredentials } from "./servers.ts";

const at_ms = 1_433_895_918_506;

describe("credentials for a TURN server", () => {
  test("are what other implementations of the scheme make of the same secret and name", async () => {
    // openssl: printf '1433895918:user' | openssl dgst -sha1 -hmac 'north' -binary | base64
    expect(await turnCredentials("north", "user", at_ms)).toEqual({
      username: "1433895918:user",
      credential: "/gk4t5tUc08OpM3NjrVjHSFVNmY=",
    });
  });

  test("come with the relays of configuration, and only with a secret", async () => {
    const urls = { stunUrls: ["stun:s.test"], turnUrls: ["turn:t.test"] };
    expect(await configuredServers({ ...urls, turnSecret: undefined }, "u", at_ms)).toEqual([
      { urls: ["stun:s.test"] },
    ]);
    const servers = await configuredServers({ ...urls, turnSecret: "north" }, "user", at_ms);
    expect(servers).toMatchObject([
      { urls: ["stun:s.test"] },
      { urls: ["turn:t.test"], username: "1433895918:user" },
    ]);
    const none = { stunUrls: [], turnUrls: [], turnSecret: "north" };
    expect(await configuredServers(none, "u", at_ms)).toEqual([]);
  });
});

describe("Cloudflare's servers", () => {
  const key = { id: "key id", token: "the token" };
  const ask = (answer: () => Response | Promise<Response>, seen: Request[] = []) =>
    cloudflareServers(key, 60_500, async (input, init) => {
      seen.push(new Request(input, init));
      return await answer();
    });
  const servers = {
    iceServers: [
      { urls: ["stun:stun.cloudflare.com:3478", "stun:stun.cloudflare.com:53"] },
      {
        urls: [
          "turn:turn.cloudflare.com:3478?transport=udp",
          "turn:turn.cloudflare.com:53?transport=udp",
        ],
        username: "u",
        credential: "c",
      },
    ],
  };

  test("are asked for with the key, for as long as needed", async () => {
    const seen: Request[] = [];
    await ask(() => Response.json(servers, { status: 201 }), seen);
    const [request] = seen;
    expect(request?.url).toContain("/turn/keys/key%20id/credentials/generate-ice-servers");
    expect(request?.headers.get("Authorization")).toBe("Bearer the token");
    expect(await request?.json()).toEqual({ ttl: 61 });
  });

  test("are handed on without the port that browsers refuse", async () => {
    expect(await ask(() => Response.json(servers, { status: 201 }))).toEqual([
      { urls: ["stun:stun.cloudflare.com:3478"] },
      { urls: ["turn:turn.cloudflare.com:3478?transport=udp"], username: "u", credential: "c" },
    ]);
  });

  test.each([
    ["refuses", () => Response.json({ error: "no" }, { status: 401 })],
    ["answers nonsense", () => new Response("<html>")],
    ["answers null", () => Response.json(null)],
    ["names no servers", () => Response.json({ iceServers: [] })],
    ["names other things", () => Response.json({ iceServers: [{ urls: "turn:x" }] })],
    ["says too much", () => new Response(" ".repeat(20_000))],
    ["is out of reach", () => Promise.reject(new TypeError("fetch failed"))],
  ])("are none when the service %s", async (_what, answer) => {
    expect(await ask(answer)).toBeUndefined();
  });
});

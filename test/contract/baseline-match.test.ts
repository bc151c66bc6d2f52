import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { callDownSchema } from "../../protocol/match/call-down.ts";
import { lobbyDownSchema } from "../../protocol/match/lobby-down.ts";
import { pastCallsSchema } from "../../protocol/match/rest-calls.ts";
import { enteredLobbySchema } from "../../protocol/match/rest-lobby.ts";
import { profileSchema } from "../../protocol/match/rest-profile.ts";
import { BaselineServer } from "../../bench/servers/baseline.ts";
import { hasStores, type Stores, startStores } from "../../bench/servers/stores.ts";

const deadline = { timeout: 20_000 };

/** One namespace of a page, and all it has heard. */
class Page {
  readonly heard: Record<string, unknown>[] = [];
  refused: unknown;
  readonly socket: Socket;
  #read = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("down", (message: Record<string, unknown>) => this.heard.push(message));
    socket.on("connect_error", (error: Error & { data?: { code?: unknown } }) => {
      this.refused = error.data?.code ?? error.message;
    });
  }

  say(message: unknown): void {
    this.socket.emit("up", message);
  }

  /** The next message of this type; what came before it is passed over. */
  async next(type: string): Promise<Record<string, unknown>> {
    let found: Record<string, unknown> | undefined;
    await expect
      .poll(() => {
        const at = this.heard.findIndex((one, index) => index >= this.#read && one.type === type);
        if (at < 0) return this.heard.map((one) => one.type);
        found = this.heard[at];
        this.#read = at + 1;
        return type;
      }, deadline)
      .toBe(type);
    return found ?? {};
  }
}

describe.runIf(hasStores)("random calls on the old design", () => {
  let parts: Stores | undefined;
  let server: BaselineServer | undefined;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    parts = await startStores();
    server = await BaselineServer.start(parts);
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });

  afterAll(async () => {
    await server?.stop();
    await parts?.stop();
  });

  const ask = async (method: string, path: string, session?: string, body?: unknown) => {
    const response = await fetch(new URL(path, server?.url), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const person = async (name: string) => {
    const { body } = await ask("POST", "/v1/match/sessions");
    const session = String(body.session);
    const profile = { name, ageRange: "25-34", languages: ["en"] };
    const put = await ask("PUT", "/v1/match/profile", session, profile);
    return { id: profileSchema.parse(put.body).userId, session };
  };

  const open = (namespace: string, room: string, token: string, forceNew = true): Page => {
    const url = new URL(namespace, server?.url).href;
    const options = { transports: ["websocket"], reconnection: false, forceNew };
    const page = new Page(io(url, { ...options, auth: { room, token } }));
    sockets.push(page.socket);
    return page;
  };

  /** A lobby of its own, so that no other test's people are met there. */
  const lobbyOfItsOwn = () => `eu-${randomUUID()}`;

  test("two who wait are brought together, speak, hang up, and find it in their history", async () => {
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const entered = await ask("POST", "/v1/match/lobby", ann.session, { region: "eu" });
    expect(enteredLobbySchema.parse(entered.body)).toMatchObject({ lobby: { room: "eu-0" } });
    const room = lobbyOfItsOwn();
    const people = [ann, bob].map(({ session }) => open("/lobby", room, session));
    for (const page of people) {
      await page.next("welcome");
      page.say({ type: "enqueue", wishes: { languages: ["en"] } });
    }
    const calls: Page[] = [];
    for (const page of people) {
      const { callId, token } = await page.next("matched");
      const call = open("/call", String(callId), String(token));
      call.say({ type: "hello" });
      await call.next("welcome");
      page.say({ type: "seated", callId });
      calls.push(call);
    }
    for (const page of people) expect(await page.next("ended")).toMatchObject({ end: "matched" });
    for (const call of calls) expect(await call.next("restart")).toMatchObject({ generation: 1 });
    const signal = { description: { type: "offer", sdp: "v=0" } };
    calls[0]?.say({ type: "signal", generation: 1, number: 1, signal });
    expect(await calls[1]?.next("signal")).toMatchObject({ signal, seq: 1, generation: 1 });
    expect(await calls[0]?.next("received")).toMatchObject({ number: 1 });
    calls[1]?.say({ type: "say", key: "k", text: "Hello" });
    expect(await calls[0]?.next("chat")).toMatchObject({ line: { text: "Hello", from: bob.id } });
    calls[1]?.say({ type: "hangup", reason: "hangup" });
    expect(await calls[0]?.next("ended")).toMatchObject({ reason: "hangup", by: "partner" });
    const history = async () => {
      const { body } = await ask("GET", "/v1/match/calls", ann.session);
      return pastCallsSchema
        .parse(body)
        .calls.map(({ partner, reason }) => [partner?.userId, reason]);
    };
    await expect.poll(history, deadline).toEqual([[bob.id, "hangup"]]);
    for (const page of people) for (const heard of page.heard) lobbyDownSchema.parse(heard);
    for (const call of calls) for (const heard of call.heard) callDownSchema.parse(heard);
  });

  test("a wish gives way by itself, and those who wait see the light profiles of each other", async () => {
    const room = lobbyOfItsOwn();
    const [ann, bob] = [await person("Ann"), await person("Bob")];
    const [first, second] = [open("/lobby", room, ann.session), open("/lobby", room, bob.session)];
    await Promise.all([first.next("welcome"), second.next("welcome")]);
    first.say({ type: "enqueue", wishes: { interests: "shared" } });
    await first.next("waiting");
    second.say({ type: "enqueue", wishes: {} });
    await second.next("waiting");
    const { people } = await second.next("queue");
    expect(people).toMatchObject([{ id: ann.id, name: "Ann" }, { id: bob.id }]);
    expect(JSON.stringify(people)).not.toContain("bio");
    expect(await first.next("matched")).toMatchObject({ partner: { id: bob.id } });
  });

  test("who declines waits no longer, and the other keeps the place", async () => {
    const room = lobbyOfItsOwn();
    const people = [await person("Ann"), await person("Bob")];
    const pages = people.map(({ session }) => open("/lobby", room, session));
    for (const page of pages) {
      await page.next("welcome");
      page.say({ type: "enqueue", wishes: {} });
    }
    const { since_ms, callId } = (await pages[0]?.next("matched")) ?? {};
    pages[1]?.say({ type: "decline", callId });
    expect(await pages[0]?.next("requeued")).toMatchObject({ ticket: { since_ms } });
    expect(await pages[1]?.next("ended")).toMatchObject({ end: "cancelled" });
  });

  test("a call ends for both when one connection is lost", async () => {
    const room = lobbyOfItsOwn();
    const people = [await person("Ann"), await person("Bob")];
    const pages = people.map(({ session }) => open("/lobby", room, session));
    for (const page of pages) {
      await page.next("welcome");
      page.say({ type: "enqueue", wishes: {} });
    }
    const calls: Page[] = [];
    for (const page of pages) {
      const { callId, token } = await page.next("matched");
      calls.push(open("/call", String(callId), String(token)));
    }
    for (const call of calls) call.say({ type: "hello" });
    for (const call of calls) await call.next("restart");
    calls[0]?.socket.io.engine.close();
    expect(await calls[1]?.next("ended")).toMatchObject({ reason: "partner_lost", by: "room" });
  });

  test("a person's third connection is refused, and one that goes makes room for it", async () => {
    const room = lobbyOfItsOwn();
    const { session } = await person("Ann");
    const [first, second] = [open("/lobby", room, session), open("/lobby", room, session)];
    await Promise.all([first.next("welcome"), second.next("welcome")]);
    const third = open("/lobby", room, session);
    await expect.poll(() => third.refused, deadline).toBe("room_full");
    first.socket.disconnect();
    await expect
      .poll(async () => {
        const page = open("/lobby", room, session);
        await expect.poll(() => page.refused ?? page.heard[0]?.type, deadline).toBeDefined();
        return page.refused ?? page.heard[0]?.type;
      }, deadline)
      .toBe("welcome");
  });

  test("without a session, a profile or a seat nobody is let in", async () => {
    const { body } = await ask("POST", "/v1/match/sessions");
    const attempts = [
      [open("/lobby", "eu-0", "nonsense"), "token_invalid"],
      [open("/lobby", "eu-0", String(body.session)), "profile_required"],
      [open("/call", "no-such-call", "nonsense"), "token_invalid"],
      [open("/watch", "some-room", "nonsense"), "token_invalid"],
    ] as const;
    for (const [page, code] of attempts) await expect.poll(() => page.refused, deadline).toBe(code);
    expect((await ask("GET", "/v1/match/profile")).status).toBe(401);
  });

  test("profiles come from the cache", async () => {
    const cache = async () => {
      const { body } = await ask("GET", "/health");
      return (body.cache as { users: { size: number; maxSize: number; hits: number } }).users;
    };
    const { session } = await person("Ann");
    const before = await cache();
    for (let count = 0; count < 3; count += 1) await ask("GET", "/v1/match/profile", session);
    const after = await cache();
    expect(after.hits - before.hits).toBeGreaterThanOrEqual(3);
    expect(after).toMatchObject({ maxSize: 200 });
  });
});

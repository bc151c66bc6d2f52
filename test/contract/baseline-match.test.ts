import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BaselineServer } from "../../bench/servers/baseline.ts";
import { hasStores, type Stores, startStores } from "../../bench/servers/stores.ts";
import { pastCallsSchema } from "../../protocol/match/rest-calls.ts";
import { enteredLobbySchema } from "../../protocol/match/rest-lobby.ts";
import { ContainerVisit } from "../conformance/match/container-visit.ts";
import { pair, sitDown, wait } from "../conformance/match/core-steps.ts";
import { endingWith } from "../conformance/match/core-visit.ts";
import { RoomSocket } from "../conformance/room-socket.ts";
import { dialSocketIo } from "../conformance/socketio-socket.ts";

const deadline = { timeout: 20_000 };

/** What the old design has for itself; what it shares with ours, the conformance suite asks of both. */
describe.runIf(hasStores)("random calls on the old design", () => {
  let parts: Stores | undefined;
  let server: BaselineServer | undefined;

  beforeAll(async () => {
    parts = await startStores();
    server = await BaselineServer.start(parts);
  });

  afterAll(async () => {
    await server?.stop();
    await parts?.stop();
  });

  const visiting = (act: (visit: ContainerVisit) => Promise<void>) =>
    endingWith(new ContainerVisit(server?.url), act);

  test("a session and a profile lead into the region's lobby", () =>
    visiting(async (visit) => {
      const { id, session } = await visit.person("ann");
      const { body } = await visit.ask("POST", "/v1/match/lobby", session, { region: "eu" });
      expect(enteredLobbySchema.parse(body)).toMatchObject({
        memberId: id,
        lobby: { room: "eu-0", token: session },
      });
    }));

  test("two who have spoken find it in their history", () =>
    visiting(async (visit) => {
      const people = await pair(visit);
      const [call, partner] = await sitDown(visit, people);
      call.send({ type: "hangup", reason: "hangup" });
      await partner.next("ended");
      const history = async (name: string) => {
        const { session } = await visit.person(name);
        const { body } = await visit.ask("GET", "/v1/match/calls", session);
        return pastCallsSchema.parse(body).calls.map((one) => [one.partner?.userId, one.reason]);
      };
      const [ann, bob] = people;
      await expect.poll(() => history("ann"), deadline).toEqual([[bob.id, "hangup"]]);
      expect(await history("bob")).toEqual([[ann.id, "hangup"]]);
    }));

  test("whoever waits is shown the queue without asking", () =>
    visiting(async (visit) => {
      const [ann, bob] = [await visit.arrive("ann"), await visit.arrive("bob")];
      await wait(ann, { interests: "shared" });
      await wait(bob);
      const { people } = await bob.socket.next(
        "queue",
        (frame) => Array.isArray(frame.people) && frame.people.length === 2,
      );
      expect(people).toMatchObject([{ id: ann.id, name: "Name of ann" }, { id: bob.id }]);
      expect(JSON.stringify(people)).not.toContain("bio");
    }));

  test("a call ends for both when one connection is lost", () =>
    visiting(async (visit) => {
      const [call, partner] = await sitDown(visit, await pair(visit));
      call.breakOff();
      expect(await partner.next("ended")).toMatchObject({ reason: "partner_lost", by: "room" });
      // Nobody is waited for: it is told nothing else before.
      expect(partner.frames.map(({ state }) => state)).not.toContain("lost");
    }));

  test("a person's third connection is refused, and one that goes makes room for it", () =>
    visiting(async (visit) => {
      const first = await visit.arrive("ann");
      await visit.arrive("ann");
      const third = await visit.arrive("ann");
      expect(third.socket.frames).toMatchObject([{ type: "error", code: "room_full" }]);
      first.socket.close();
      await expect
        .poll(async () => (await visit.arrive("ann")).socket.frames[0]?.type, deadline)
        .toBe("welcome");
    }));

  test("without a session, a profile or a seat nobody is let in", () =>
    visiting(async (visit) => {
      const { body } = await visit.ask("POST", "/v1/match/sessions");
      const film = { room: "some-room", token: "nonsense" };
      const attempts = [
        [visit.dial("lobby", "eu-0", "nonsense"), "token_invalid"],
        [visit.dial("lobby", "eu-0", String(body.session)), "profile_required"],
        [visit.dial("call", "no-such-call", "nonsense"), "token_invalid"],
        [new RoomSocket(dialSocketIo(new URL("/watch", server?.url), film)), "token_invalid"],
      ] as const;
      for (const [socket, code] of attempts)
        expect(await socket.next("error")).toMatchObject({ code });
      expect((await visit.ask("GET", "/v1/match/profile")).status).toBe(401);
    }));

  test("profiles come from the cache", () =>
    visiting(async (visit) => {
      const cache = async () => {
        const { body } = await visit.ask("GET", "/health");
        return (body.cache as { users: { size: number; maxSize: number; hits: number } }).users;
      };
      const { session } = await visit.person("ann");
      const before = await cache();
      for (let count = 0; count < 3; count += 1)
        await visit.ask("GET", "/v1/match/profile", session);
      const after = await cache();
      expect(after.hits - before.hits).toBeGreaterThanOrEqual(3);
      expect(after).toMatchObject({ maxSize: 200 });
    }));
});

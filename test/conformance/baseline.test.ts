import { afterAll, beforeAll, describe } from "vitest";
import { BaselineServer } from "../../bench/servers/baseline.ts";
import { hasStores, type Stores, startStores } from "../../bench/servers/stores.ts";
import { testKeys, testKeysSetting } from "./keys.ts";
import { ContainerVisit } from "./match/container-visit.ts";
import { matchCoreConformance } from "./match-core.ts";
import { dialSocketIo } from "./socketio-socket.ts";
import { watchCoreConformance } from "./watch-core.ts";

/** The old design: one Node service with Socket.IO, before a real Redis and PostgreSQL. */
describe.runIf(hasStores)("the old design", () => {
  let parts: Stores | undefined;
  let server: BaselineServer | undefined;

  beforeAll(async () => {
    parts = await startStores();
    server = await BaselineServer.start(parts, { ROOM_TOKEN_KEYS: testKeysSetting });
  });

  afterAll(async () => {
    await server?.stop();
    await parts?.stop();
  });

  watchCoreConformance({
    name: "the container",
    keys: testKeys,
    dial: (room, token) => dialSocketIo(new URL("/watch", server?.url), { room, token }),
  });
  matchCoreConformance({ name: "the container", visit: () => new ContainerVisit(server?.url) });
});

import { afterAll, beforeAll, describe } from "vitest";
import {
  type BaselineParts,
  BaselineServer,
  hasBaselineParts,
  startBaselineParts,
} from "../contract/baseline-server.ts";
import { testKeys } from "./keys.ts";
import { dialSocketIo } from "./socketio-socket.ts";
import { watchCoreConformance } from "./watch-core.ts";

/** The old design: one Node service with Socket.IO, before a real Redis and PostgreSQL. */
describe.runIf(hasBaselineParts)("the old design", () => {
  let parts: BaselineParts | undefined;
  let server: BaselineServer | undefined;

  beforeAll(async () => {
    parts = await startBaselineParts();
    server = await BaselineServer.start(parts);
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
});

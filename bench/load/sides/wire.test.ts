import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WebSocket as Web, WebSocket, WebSocketServer } from "ws";
import { startWire, type Wire } from "./wire.ts";

const text = "the same words again and again, ".repeat(2_000);
const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-encoding", "gzip");
  response.end(gzipSync(text));
});
const sockets = new WebSocketServer({ server });
let wire: Wire;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  wire = await startWire(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await wire.stop();
  sockets.close();
  server.closeAllConnections();
  server.close();
});

test("bytes count as they were packed, with their headers, each way", async () => {
  const before = await wire.bytes();
  const body = "x".repeat(10_000);
  const response = await fetch(wire.url, { method: "POST", body });
  expect(await response.text()).toBe(text);
  const after = await wire.bytes();
  const packed = gzipSync(text).length;
  const [down, up] = [after.down - before.down, after.up - before.up];
  expect(down).toBeGreaterThan(packed);
  expect(down).toBeLessThan(packed + 1_000);
  expect(up).toBeGreaterThan(body.length);
  expect(up).toBeLessThan(body.length + 1_000);
});

test("a socket that either end breaks off is over at the other, and stays counted", async () => {
  for (const breaks of ["client", "server"] as const) {
    const accepted = once(sockets, "connection");
    const client = new WebSocket(wire.url.replace("http", "ws"));
    await once(client, "open");
    const [origin] = (await accepted) as [Web];
    client.send("hello");
    await once(origin, "message");
    const before = await wire.bytes();
    const [gone, left] = breaks === "client" ? [client, origin] : [origin, client];
    const closed = once(left, "close");
    gone.terminate();
    await closed;
    expect((await wire.bytes()).up).toBeGreaterThanOrEqual(before.up);
  }
});

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line with a round trip of its own, in front of a server on this machine. */
export interface DelayProxy {
  readonly port: number;
  stop(): void;
}

/** Hands bytes on in both directions, each a given time after it came. */
export async function startDelayProxy(targetPort: number, way_ms: number): Promise<DelayProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on("data", (data) => setTimeout(() => void (to.writable && to.write(data)), way_ms));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        setTimeout(() => to.end(), way_ms);
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Part, runPart } from "../../../local/process/part.ts";

export interface WireOptions {
  /** Port of a server on this machine. */
  readonly target: number;
}

export interface WireInfo {
  readonly port: number;
}

/** Hands bytes on in both directions as they come, and counts them. */
async function startWire({ target }: WireOptions): Promise<Part<WireInfo>> {
  /** Of connections that are over. */
  const over = { down: 0, up: 0 };
  /** Those that are open, by the way that what they say goes. */
  const ends = new Map<Socket, "down" | "up">();
  const server = createServer({ noDelay: true }, (client) => {
    const origin = connect({ port: target, host: "127.0.0.1", noDelay: true });
    for (const [from, to, way] of [
      [client, origin, "up"],
      [origin, client, "down"],
    ] as const) {
      ends.set(from, way);
      from.pipe(to);
      // One end that is gone takes the other with it, as it would without anything between them.
      from.on("error", () => to.destroy());
      from.on("close", () => {
        over[way] += from.bytesRead;
        ends.delete(from);
        // What it has said is still handed on; then the other is over too.
        if (from.readableEnded) to.destroySoon();
        else to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    info: { port: (server.address() as AddressInfo).port },
    counted() {
      const sum = { ...over };
      for (const [socket, way] of ends) sum[way] += socket.bytesRead;
      return sum;
    },
    async stop() {
      server.close();
      for (const socket of ends.keys()) socket.destroy();
    },
  };
}

await runPart(startWire);

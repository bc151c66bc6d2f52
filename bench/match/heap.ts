import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { convertV4MiniflareOptions, type Json, Log, LogLevel, Miniflare } from "miniflare";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { freePort } from "../../local/process/port.ts";
import { startPart } from "../../local/process/spawn.ts";
import type { Stack } from "../../local/stack.ts";
import { bundleWorker } from "../../local/worker/bundle.ts";
import { workerConfig } from "../../local/worker/config.ts";
import { storeSettings } from "../../local/worker/settings.ts";
import type { BenchResult } from "../run.ts";
import { httpSettings } from "./http.ts";
import { Line, lobbyClaims } from "./sockets.ts";

const root = resolve(import.meta.dirname, "../..");
const connections = 1_000;
const answer_ms_max = 60_000;

/** Heap for one more idle connection: of the isolate, through its inspector, and of Node's process. */
export async function measureHeap(stack: Stack): Promise<BenchResult> {
  return {
    heap_bytes_per_idle_connection: await heapOfIsolate(stack),
    heap_socketio_bytes_per_idle_connection: await heapOfSocketIo(),
  };
}

/** The production Worker once more, with an inspector, over the same Redis and Postgres. */
async function heapOfIsolate({ redis, postgres, secrets }: Stack): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "offrail-heap-"));
  const script = join(folder, "bundle", "index.js");
  await bundleWorker(join(root, "functions/index.ts"), script);
  const config = await workerConfig(root, folder);
  const [port, inspectorPort] = [await freePort(0), await freePort(0)];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...config,
      name: "offrail",
      modules: true,
      modulesRoot: dirname(script),
      scriptPath: script,
      bindings: {
        ...(config.bindings as Record<string, Json>),
        ...storeSettings(redis, postgres),
        ROOM_TOKEN_KEYS: secrets.roomTokenKeys,
        AUTH_SECRET: secrets.authSecret,
        ...httpSettings,
      },
      host: "127.0.0.1",
      port,
      inspectorPort,
      log: new Log(LogLevel.ERROR),
      cf: false,
    }),
  );
  const lines: Line[] = [];
  try {
    await miniflare.ready;
    const inspector = await Inspector.connect(inspectorPort);
    const address = { url: `http://127.0.0.1:${port}`, secrets };
    const open = async (member: string) => {
      const line = await Line.open(address, lobbyClaims("eu-bench-heap", member));
      await line.next("welcome");
      lines.push(line);
    };
    // What is made once, by the first few, is not what one more costs.
    for (let number = 0; number < 100; number += 1) await open(`warm-${number}`);
    const before = await inspector.heap_bytes();
    for (let number = 0; number < connections; number += 1) await open(`m${number}`);
    const after = await inspector.heap_bytes();
    inspector.close();
    return Math.round((after - before) / connections);
  } finally {
    for (const line of lines) line.web.terminate();
    await miniflare.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As much of the DevTools protocol as it takes to collect a heap and measure it. */
class Inspector {
  readonly #web: WebSocket;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #calls = 0;

  private constructor(web: WebSocket) {
    this.#web = web;
    web.on("message", (data) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
      if (id === undefined) return;
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    });
  }

  static async connect(port: number): Promise<Inspector> {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
      id: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ id }) => id.endsWith(":offrail"));
    if (target === undefined) throw new Error("workerd offers nothing to inspect");
    const web = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolveOpen, reject) => {
      web.once("open", resolveOpen);
      web.once("error", reject);
    });
    return new Inspector(web);
  }

  async heap_bytes(): Promise<number> {
    // A snapshot begins with a full collection. (workerd does not answer `collectGarbage`.)
    this.#tell("HeapProfiler.takeHeapSnapshot");
    const { usedSize, embedderHeapUsedSize } = (await this.#call("Runtime.getHeapUsage")) as {
      usedSize: number;
      embedderHeapUsedSize: number;
    };
    return usedSize + embedderHeapUsedSize;
  }

  close(): void {
    this.#web.close();
  }

  #tell(method: string): number {
    this.#calls += 1;
    this.#web.send(JSON.stringify({ id: this.#calls, method }));
    return this.#calls;
  }

  #call(method: string): Promise<unknown> {
    const id = this.#tell(method);
    return new Promise((take, reject) => {
      const late = () => reject(new Error(`the inspector did not answer ${method}`));
      const timer = setTimeout(late, answer_ms_max);
      this.#answers.set(id, (result) => {
        clearTimeout(timer);
        take(result);
      });
    });
  }
}

async function heapOfSocketIo(): Promise<number> {
  const part = await startPart<{ port: number }>(
    new URL("./socketio-server.ts", import.meta.url),
    {},
    20_000,
  );
  const origin = `http://127.0.0.1:${part.info.port}`;
  const sockets: Socket[] = [];
  const open = async () => {
    const options = { transports: ["websocket"], query: { room: "idle" }, forceNew: true };
    const socket = io(origin, options);
    await new Promise<void>((resolveOpen) => socket.once("connect", resolveOpen));
    sockets.push(socket);
  };
  const heap_bytes = async () => Number(await (await fetch(origin)).text());
  try {
    for (let number = 0; number < 100; number += 1) await open();
    const before = await heap_bytes();
    for (let number = 0; number < connections; number += 1) await open();
    return Math.round(((await heap_bytes()) - before) / connections);
  } finally {
    for (const socket of sockets) socket.close();
    await part.stop();
  }
}

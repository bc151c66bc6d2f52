import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { dataFolder, isAlive, processesOf, startProduct, until } from "./processes.ts";

let folder: Awaited<ReturnType<typeof dataFolder>>;
beforeAll(async () => {
  folder = await dataFolder();
});
afterAll(() => folder.remove());

const json = { "Content-Type": "application/json" };

/** Moves a room's video, over a socket, as a page does; ends when the room has said so. */
async function seekIn(url: string, id: string, seat: string, position_ms: number): Promise<void> {
  const joined = await fetch(`${url}/v1/watch/rooms/${id}/join`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ name: "Ada", seat }),
  });
  const { token, socketPath } = (await joined.json()) as { token: string; socketPath: string };
  const socket = new WebSocket(`${url.replace("http", "ws")}${socketPath}?token=${token}`);
  const told = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as { type: string; anchor?: { seq: number } };
      const seq = message.anchor?.seq ?? 0;
      if (message.type === "welcome")
        socket.send(JSON.stringify({ type: "seek", seq, position_ms }));
      if (message.type === "anchor") resolve();
    });
  });
  await told;
  socket.close(1000);
}

describe("npm start", () => {
  test("prints where everything is, keeps its data over a Ctrl-C, and leaves no process", async () => {
    const first = startProduct(folder.path);
    await first.said("Ready in");
    for (const line of ["Redis:", "Postgres:", "Site", "as Upstash", "as Neon", "/docs/"])
      expect(first.output()).toContain(line);
    const made = await fetch(`${first.url()}/v1/watch/rooms`, {
      method: "POST",
      headers: json,
      body: JSON.stringify({ title: "Kept over a restart" }),
    });
    expect(made.status).toBe(201);
    const { room, seat } = (await made.json()) as { room: { id: string }; seat: string };
    await seekIn(first.url(), room.id, seat, 12_345);
    const processes = processesOf(first.child.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(4);
    first.child.kill("SIGINT");
    await first.exited;
    await until("all its processes to end", () => !processes.some(isAlive));

    const second = startProduct(folder.path);
    await second.said("Ready in");
    const found = await fetch(`${second.url()}/v1/watch/rooms/${room.id}`);
    expect(await found.json()).toMatchObject({ title: "Kept over a restart" });
    const state = await fetch(`${second.url()}/v1/watch/rooms/${room.id}/state`);
    expect(await state.json()).toMatchObject({ position_ms: 12_345 });
    second.child.kill("SIGTERM");
    await second.exited;
  });

  test("leaves nothing behind when it is killed outright", async () => {
    const product = startProduct(folder.path);
    await product.said("Ready in");
    const processes = processesOf(product.child.pid ?? 0);
    product.child.kill("SIGKILL");
    await product.exited;
    await until("all its processes to end", () => !processes.some(isAlive));
  });

  test("ends when whoever started it is gone", async () => {
    const product = startProduct(folder.path, {}, ["/bin/sh", "-c"]);
    await product.said("Ready in");
    const processes = processesOf(product.child.pid ?? 0);
    product.child.kill("SIGKILL");
    await product.exited;
    await until("all its processes to end", () => !processes.some(isAlive));
  });

  test("moves to a free port when its own is taken, and says so", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await until("the port to be taken", () => squatter.listening);
    const address = squatter.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const product = startProduct(folder.path, { PORT: `${port}` });
    await product.said("Ready in");
    expect(product.output()).toContain(`Port ${port} was taken`);
    expect((await fetch(`${product.url()}/health`)).status).toBe(200);
    product.child.kill("SIGINT");
    await product.exited;
    squatter.close();
  });

  test.each([
    ["REDIS_URL", "redis://127.0.0.1:1"],
    ["DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing"],
    ["PORT", "many"],
  ])("says in one line what to do when %s leads nowhere", async (name, value) => {
    const product = startProduct(folder.path, { [name]: value });
    await product.exited;
    expect(product.child.exitCode).toBe(1);
    const lines = product.output().trim().split("\n");
    expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
    expect(product.output()).not.toMatch(/\n\s+at /);
  });
});

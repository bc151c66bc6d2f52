import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("requests", (gateway) => {
  const alive = async () =>
    expect(await gateway.sql()`SELECT 1 AS one`).toStrictEqual([{ one: 1 }]);

  test.each([
    ["no body", "", "could not parse the HTTP request body"],
    ["half of a JSON text", '{"query": "SEL', "could not parse the HTTP request body"],
    ["a JSON text that is no object", "[1, 2]", "neither"],
    ["no query", '{"params": []}', "neither"],
    ["a query that is no text", '{"query": 1}', "neither"],
    ["parameters that are no list", '{"query": "SELECT 1", "params": {}}', "neither"],
    ["a batch with something else in it", '{"queries": [{"query": "SELECT 1"}, 5]}', "neither"],
    [
      "arrays nested beyond reason",
      `{"query": "SELECT $1", "params": [${"[".repeat(5_000)}${"]".repeat(5_000)}]}`,
      "nested",
    ],
    ["bytes that are not UTF-8", new Blob([new Uint8Array([0x22, 0xff, 0xfe, 0x22])]), "UTF-8"],
  ])("%s is refused with 400", async (_what, body, message) => {
    const { status, json } = await gateway.post(body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ message: expect.stringContaining(message) });
    await alive();
  });

  test.each([
    [
      "a wrong password",
      (url: string) => url.replace("@", "x@"),
      "password authentication failed",
      "28P01",
    ],
    [
      "a wrong user",
      (url: string) => url.replace("//", "//x"),
      "password authentication failed",
      "28P01",
    ],
    [
      "another host",
      (url: string) => url.replace(/@[^:/]+/, "@elsewhere.tld"),
      "password authentication failed",
      "28P01",
    ],
    [
      "another database",
      (url: string) => url.replace(/\/[^/]+$/, "/other"),
      'database "other" does not exist',
      "3D000",
    ],
    [
      "no password",
      (url: string) => url.replace(/:[^:@/]+@/, "@"),
      "missing authentication credentials",
      null,
    ],
    [
      "another scheme",
      (url: string) => url.replace("postgres:", "mysql:"),
      "incorrect scheme",
      null,
    ],
    ["no database", (url: string) => url.replace(/\/[^/]+$/, "/"), "missing database name", null],
    ["no URL", () => "nonsense", "invalid connection string", null],
  ])(
    "a connection string with %s is an error like Neon's",
    async (_what, change, message, code) => {
      const header = change(gateway.info.databaseUrl);
      const answer = await gateway.post(
        { query: "SELECT 1" },
        { "Neon-Connection-String": header },
      );
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ message: expect.stringContaining(message), code });
      expect(JSON.stringify(answer.json)).not.toContain(new URL(gateway.info.databaseUrl).password);
    },
  );

  test("without a connection string nothing is run", async () => {
    const response = await fetch(gateway.info.fetchEndpoint, {
      method: "POST",
      body: JSON.stringify({ query: "SELECT 1" }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      message: "invalid header: neon-connection-string",
    });
  });

  test("an unknown isolation level is refused", async () => {
    const headers = { "Neon-Batch-Isolation-Level": "Snapshot" };
    const { status, json } = await gateway.post({ queries: [] }, headers);
    expect(status).toBe(400);
    expect(json).toMatchObject({ message: "invalid isolation level" });
  });

  test("a browser may ask first, and is allowed the driver's headers", async () => {
    const response = await fetch(gateway.info.fetchEndpoint, { method: "OPTIONS" });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("allow")).toBe("OPTIONS, POST");
    const allowed = response.headers.get("access-control-allow-headers") ?? "";
    for (const name of ["Neon-Connection-String", "Neon-Raw-Text-Output", "Neon-Batch-Deferrable"])
      expect(allowed).toContain(name);
  });

  test("other methods and paths are refused as by Neon", async () => {
    const { fetchEndpoint } = gateway.info;
    const other = fetchEndpoint.replace("/sql", "/other");
    for (const response of [
      await fetch(fetchEndpoint),
      await fetch(other, { method: "POST", body: "{}" }),
    ]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toBe("query is not supported");
    }
  });

  test("a client that breaks off its request harms nobody", async () => {
    const { port } = new URL(gateway.info.fetchEndpoint);
    for (const said of [
      "POST /sql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
      "nonsense\r\n\r\n",
      "\0\0\0",
    ]) {
      const socket = connect(Number(port), "127.0.0.1", () => socket.end(said));
      socket.resume();
      await new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
    }
    await alive();
  });

  test("a body may come in pieces without a length", async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const headers = { "Neon-Connection-String": gateway.info.databaseUrl };
      const request = httpRequest(
        gateway.info.fetchEndpoint,
        { method: "POST", headers },
        (response) => {
          let text = "";
          response
            .setEncoding("utf8")
            .on("data", (piece) => (text += piece))
            .on("end", () => resolve(text));
        },
      );
      request.on("error", reject);
      for (const piece of ['{"query":', " \"SELECT 'ü'", ' AS u"}']) request.write(piece);
      request.end();
    });
    expect(JSON.parse(body)).toMatchObject({ rows: [{ u: "ü" }] });
  });
});

import { connect } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GatewayUnderTest, rejection } from "./neon-engines.ts";

/** The wire port of the embedded engine, as `psql` and `pg` use it. */
describe("the wire port of PGlite", () => {
  const gateway = new GatewayUnderTest("PGlite");
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    await gateway.sql()`DROP TABLE IF EXISTS wired`;
    await gateway.sql()`CREATE TABLE wired (id int)`;
  });
  const ids = async () =>
    (await gateway.sql()`SELECT id FROM wired ORDER BY id`).map((row) => row.id);

  test("pg's simple, parameterised and named queries work", async () => {
    await gateway.withPg(async (client) => {
      const several = await client.query("SELECT 1 AS a; SELECT 2 AS b");
      expect(several).toMatchObject([{ rows: [{ a: 1 }] }, { rows: [{ b: 2 }] }]);
      expect((await client.query("SELECT $1::int AS c", [3])).rows).toStrictEqual([{ c: 3 }]);
      for (const value of [4, 5]) {
        const named = { name: "named", text: "SELECT $1::int AS d", values: [value] };
        expect((await client.query(named)).rows).toStrictEqual([{ d: value }]);
      }
    });
  });

  test("a login is checked as by a server", async () => {
    for (const [change, code] of [
      [(url: string) => url.replace("@", "x@"), "28P01"],
      [(url: string) => url.replace("//postgres", "//somebody"), "28P01"],
      [(url: string) => `${url}x`, "3D000"],
    ] as const) {
      const client = new Client(change(gateway.info.wireUrl));
      expect(await rejection(client.connect())).toMatchObject({ code });
    }
  });

  test("an open transaction keeps everybody else waiting and is seen by nobody until COMMIT", async () => {
    await gateway.withPg(async (client) => {
      await client.query("BEGIN");
      await client.query("INSERT INTO wired VALUES (1)");
      const waiting = ids();
      await client.query("INSERT INTO wired VALUES (2)");
      await client.query("COMMIT");
      expect(await waiting).toStrictEqual([1, 2]);
    });
  });

  test("a client that leaves within a transaction has it rolled back", async () => {
    const client = new Client(gateway.info.wireUrl);
    client.on("error", () => {});
    await client.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO wired VALUES (1)");
    client.connection.stream.destroy();
    expect(await ids()).toStrictEqual([]);
  });

  test("transactions of many clients and the gateway do not mix", async () => {
    const add = () =>
      gateway.withPg(async (client) => {
        await client.query("BEGIN");
        const { rows } = await client.query("SELECT count(*)::int AS n FROM wired");
        await client.query("INSERT INTO wired VALUES ($1)", [rows[0].n]);
        await client.query("COMMIT");
      });
    const addOverHttp = () => {
      const sql = gateway.sql();
      return sql.transaction([sql`INSERT INTO wired SELECT count(*) FROM wired`]);
    };
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? add() : addOverHttp())));
    expect(await ids()).toStrictEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("what one client has set is not there for the next", async () => {
    await gateway.withPg(async (client) => {
      await client.query("SET TimeZone = 'Asia/Tokyo'");
      expect((await client.query("SHOW TimeZone")).rows).toStrictEqual([
        { TimeZone: "Asia/Tokyo" },
      ]);
      expect(await gateway.sql()`SHOW TimeZone`).toStrictEqual([{ TimeZone: "UTC" }]);
    });
  });

  test("COPY comes out, and COPY in is refused without a hang", async () => {
    await gateway.withPg(async (client) => {
      await client.query("COPY (SELECT 1) TO STDOUT");
      expect(await rejection(client.query("COPY wired FROM STDIN"))).toMatchObject({
        code: "57014",
      });
      expect((await client.query("SELECT 1 AS one")).rows).toStrictEqual([{ one: 1 }]);
    });
  });

  test("an answer that is too large to hold is an error and not half an answer", async () => {
    await gateway.withPg(async (client) => {
      const large = "SELECT repeat('x', 1000000) AS x FROM generate_series(1, 300)";
      expect(await rejection(client.query(large))).toMatchObject({ code: "54000" });
      expect((await client.query("SELECT 1 AS one")).rows).toStrictEqual([{ one: 1 }]);
    });
  });

  test("bytes that are no protocol end the connection and nothing else", async () => {
    const { port } = new URL(gateway.info.wireUrl);
    const startup = Buffer.from("\0\0\0\x17\0\x03\0\0user\0postgres\0\0", "latin1");
    for (const said of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.alloc(64),
      Buffer.alloc(64, 255),
      startup,
    ]) {
      const socket = connect(Number(port), "127.0.0.1", () => socket.end(said));
      socket.resume();
      await new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
    }
    expect(await ids()).toStrictEqual([]);
  });

  test("more clients than it takes are told so", async () => {
    const clients = Array.from({ length: 40 }, () => new Client(gateway.info.wireUrl));
    for (const client of clients) client.on("error", () => {});
    const outcomes = await Promise.allSettled(clients.map((client) => client.connect()));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBeGreaterThanOrEqual(8);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "53300" });
    expect(await ids()).toStrictEqual([]);
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  });
});

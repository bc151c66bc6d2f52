import { expect, test } from "vitest";
import { forAll } from "../testing/random.ts";
import { clientKey } from "./client-ip.ts";

const keyOf = (address: string) => clientKey(new Headers({ "CF-Connecting-IP": address }));

test("an IPv4 address is a caller", () => {
  expect(keyOf("203.0.113.9")).toBe("203.0.113.9");
  expect(keyOf("::ffff:203.0.113.9")).toBe("203.0.113.9");
});

test("all addresses of one IPv6 /64 are one caller, however they are written", () => {
  expect(keyOf("2001:db8:0:1::1")).toBe("2001:db8:0:1::/64");
  expect(keyOf("2001:0DB8:0000:0001:aaaa:bbbb:cccc:dddd")).toBe("2001:db8:0:1::/64");
  expect(keyOf("2001:db8:0:2::1")).not.toBe(keyOf("2001:db8:0:1::1"));
  expect(keyOf("::1")).toBe("0:0:0:0::/64");
});

test("headers that a client can write have no say", () => {
  const headers = new Headers({ "X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1" });
  expect(clientKey(headers)).toBe("unknown");
});

test.each([
  "",
  "example.org",
  "1.2.3",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "12345::",
  "1:2:3:4:5:6:7:8:9",
])("%j is nobody's address", (address) => {
  expect(keyOf(address)).toBe("unknown");
});

test("whatever the header says, the key is short and made of address characters", async () => {
  await forAll(500, (random) => {
    const value = random.text(80).replace(/[^\x20-\x7e]/g, "") + random.pick(["", ":", "::", "1"]);
    expect(keyOf(value)).toMatch(/^(unknown|[0-9a-f:./]{2,24})$/);
  });
});

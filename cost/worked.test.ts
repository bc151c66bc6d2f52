import { describe, expect, test } from "vitest";
import { type EdgeUsage, edgeBill, objectRequests } from "./edge.ts";
import { chargeFor } from "./line.ts";
import { cloudflare2026 as sheet } from "./sheets/cloudflare.ts";
import { neonLaunch2026 } from "./sheets/neon.ts";
import { hoursOfMonth } from "./sheets/sheet.ts";
import { upstash2026 } from "./sheets/upstash.ts";

const nothing: EdgeUsage = {
  workerRequests: 0,
  workerCpu_ms: 0,
  roomRequests: 0,
  socketMessagesIn: 0,
  roomAwake_s: 0,
  rowsRead: 0,
  rowsWritten: 0,
  roomStorage_gb: 0,
  queueOperations: 0,
  fileWrites: 0,
  fileReads: 0,
  filesStorage_gb: 0,
  logs_gb: 0,
  redisCommands: 0,
  redisStorage_gb: 0,
  redisBandwidth_gb: 0,
  postgresCompute_cu_h: 0,
  postgresStorage_gb: 0,
  postgresEgress_gb: 0,
};
const people = 10;
const messages = people * 3_600;
/** What the vendors charge when the allowances are used up. */
const beyond = (price: { per: number; price_usd: number }) => ({ ...price, included: 0 });
const cents = (usd: number) => Number(usd.toFixed(2));

describe("a room of ten people who each send a message a second for an hour", () => {
  const requests = objectRequests({ roomRequests: people, socketMessagesIn: messages }, sheet);

  test("takes 1,810 requests, $0.00027", () => {
    expect(requests).toBe(1_810);
    const usd = chargeFor(requests, beyond(sheet.objectRequests), "exact");
    expect(usd.toFixed(5)).toBe("0.00027");
  });

  test.each([
    ["without hibernation", 3_600, 460.8, "0.00576"],
    ["with hibernation and 5 ms for a message", messages * 0.005, 23.04, "0.00029"],
  ])("%s it is awake for %d s", (_how, awake_s, gb_s, usd) => {
    const duration_gb_s = awake_s * sheet.objectMemory_gb;
    expect(duration_gb_s).toBeCloseTo(gb_s, 9);
    const charged = chargeFor(duration_gb_s, beyond(sheet.objectDuration_gb_s), "exact");
    expect(charged.toFixed(5)).toBe(usd);
  });
});

describe("a hundred such rooms around the clock for a month", () => {
  const rooms = 100;
  const month = (awake_s: number): EdgeUsage => ({
    ...nothing,
    // Everybody stays for the month: one connection each.
    roomRequests: rooms * people,
    socketMessagesIn: rooms * messages * hoursOfMonth,
    roomAwake_s: rooms * awake_s * hoursOfMonth,
  });
  const total = (awake_s: number, rounding: "exact" | "rounded") => {
    const sheets = { cloudflare: sheet, upstash: upstash2026, neon: neonLaunch2026 };
    return cents(edgeBill(month(awake_s), sheets, rounding).total_usd);
  };

  test("without hibernation cost $436.85, in whole millions as the vendor bills", () => {
    expect(total(3_600, "rounded")).toBe(436.85);
  });

  test("with hibernation and 5 ms for a message cost $49.35", () => {
    expect(total(messages * 0.005, "rounded")).toBe(49.35);
  });

  test("round nothing but what the vendor's examples round: rooms", () => {
    const rest = {
      ...nothing,
      workerRequests: 10_000_001,
      redisCommands: 600_001,
      postgresCompute_cu_h: 100.5,
    };
    const sheets = { cloudflare: sheet, upstash: upstash2026, neon: neonLaunch2026 };
    const of = (rounding: "exact" | "rounded") => edgeBill(rest, sheets, rounding).total_usd;
    expect(of("rounded")).toBe(of("exact"));
  });

  test("billed by the unit they cost a little less", () => {
    expect(total(3_600, "exact")).toBe(434.01);
    expect(total(messages * 0.005, "exact")).toBe(40.03);
  });
});

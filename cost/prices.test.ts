import { expect, test } from "vitest";
import { forAll } from "../platform/testing/random.ts";
import { billedUnitNames, unitIn, withUnit } from "./billed.ts";
import { basisOf } from "./compare.ts";
import { prices } from "./prices.ts";
import { summaryOf } from "./summary.ts";
import { easyMeasurement } from "./testing/easy.ts";

const basis = basisOf(summaryOf(easyMeasurement));

test("each price can be replaced, and no other changes with it", async () => {
  await forAll(30, (random) => {
    const price = random.pick(prices);
    const usd = random.next() * 10;
    const changed = price.write(basis.sheets, usd);
    for (const each of prices)
      expect(each.read(changed), each.id).toBe(each === price ? usd : each.read(basis.sheets));
  });
});

test("every price that stands on a sheet is among them", () => {
  const known = new Set(prices.map(({ id }) => id));
  const onSheets = Object.entries(basis.sheets).flatMap(([vendor, sheet]) =>
    Object.entries(sheet)
      .filter(([key, value]) => key.endsWith("_usd") || Object.hasOwn(Object(value), "price_usd"))
      .map(([key]) => `${vendor}.${key}`),
  );
  expect(onSheets.filter((id) => !known.has(id))).toEqual([]);
  expect(onSheets.length).toBeGreaterThan(20);
});

test("prices have names of their own", () => {
  expect(new Set(prices.map(({ id }) => id)).size).toBe(prices.length);
});

test("each unit of a module can be replaced, and no other module's", () => {
  for (const unit of billedUnitNames) {
    const changed = withUnit(basis, "watch", unit, { at: 7, by: 42 });
    const [watch, match] = [changed.edge.watch, changed.edge.match];
    expect(watch && unitIn(watch, unit), unit).toEqual({ at: 7, by: 42 });
    expect(match).toBe(basis.edge.match);
  }
});

import { describe, expect, test } from "vitest";
import { measuredModules } from "../../cost/measured.ts";
import { forAll } from "../../platform/testing/random.ts";
import {
  amount_max,
  moduleChoices,
  priceKey,
  queryOf,
  unitKey,
  usualView,
  type View,
  viewOf,
} from "./view.ts";

describe("a view in an address", () => {
  test("as usual leaves no trace", () => {
    expect(queryOf(usualView)).toBe("");
    expect(viewOf("")).toEqual(usualView);
  });

  test("comes back as it was, whatever was chosen", async () => {
    await forAll(200, (random) => {
      const size = () => Number((random.next() * 10 ** (random.next() * 9 - 3)).toPrecision(6));
      const view: View = {
        modules: random.pick(moduleChoices),
        day: random.pick(["evening", "office", "around-the-clock"] as const),
        users: 1 + Math.floor(random.next() * 1_000_000),
        plan: random.pick(["hobby", "pro"] as const),
        neon: random.pick(["launch", "scale"] as const),
        rounding: random.pick(["exact", "rounded"] as const),
        redis_gb: size(),
        postgres_gb: size(),
        kept_months: random.below(121),
        changed: {
          [priceKey("upstash.commands")]: size(),
          [unitKey(random.pick(measuredModules), "redis_commands")]: size(),
        },
        own: random.pick([
          null,
          { memory_gb: size(), cpu: size(), egress_gb: size(), volume_gb: 0 },
        ]),
      };
      expect(viewOf(queryOf(view))).toEqual(view);
    });
  });

  test("that is wrong in a part is as usual there, and right in the rest", () => {
    const view = viewOf(
      "?people=-3&day=fortnight&plan=pro&redis=NaN&postgres=&price.upstash.commands=lots" +
        `&price.neon.storage_gb=${amount_max}0&unit.watch.nonsense=4&unit.watch.cpu_ms=12`,
    );
    expect(view).toEqual({ ...usualView, plan: "pro", changed: { "unit.watch.cpu_ms": 12 } });
  });

  test("takes half a dashboard for what it says, and the rest for nothing", () => {
    expect(viewOf("?own.memory=1.5&own.cpu=x").own).toEqual({
      memory_gb: 1.5,
      cpu: 0,
      egress_gb: 0,
      volume_gb: 0,
    });
  });
});

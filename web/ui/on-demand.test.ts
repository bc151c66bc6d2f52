import { expect, it } from "vitest";
import { onDemand } from "./on-demand.ts";

it("a script is loaded once, however many need it, and then is there at once", async () => {
  let loads = 0;
  const page = onDemand(async () => `page ${++loads}`);
  expect(page.now()).toBeUndefined();
  expect(await Promise.all([page.load(), page.load()])).toEqual(["page 1", "page 1"]);
  expect(page.now()).toBe("page 1");
  expect(await page.load()).toBe("page 1");
});

it("a script that did not come is asked for again by the next who needs it", async () => {
  const answers = [Promise.reject(new TypeError("no network")), Promise.resolve("page")];
  const page = onDemand(() => answers.shift() ?? Promise.reject(new Error("once too often")));
  await expect(page.load()).rejects.toThrow("no network");
  expect(page.now()).toBeUndefined();
  expect(await page.load()).toBe("page");
});

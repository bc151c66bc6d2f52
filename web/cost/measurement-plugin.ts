import type { Plugin } from "vite";
import { newestMeasurement } from "../../cost/newest.ts";
import { summaryOf } from "../../cost/summary.ts";
import { measuredFile } from "./measured-file.ts";

/**
 * Puts the newest measurement into the site as it is built, cut down to what the page needs; where
 * nothing has been measured yet the file says so with `null`.
 * @param folder of the results; what is not a measurement there fails the build
 */
export function measurementFile(folder: string): Plugin {
  return {
    name: "offrail-measurement",
    async generateBundle() {
      const measurement = await newestMeasurement(folder);
      const summary = measurement === undefined ? null : summaryOf(measurement);
      this.emitFile({ type: "asset", fileName: measuredFile, source: JSON.stringify(summary) });
    },
  };
}

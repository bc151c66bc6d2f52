import { defineConfig } from "vitest/config";

const node = (name: string, include: string[], timeout_ms: number, globalSetup: string[] = []) => ({
  test: {
    name,
    include,
    environment: "node",
    globalSetup,
    testTimeout: timeout_ms,
    hookTimeout: 120_000,
  },
});

const builtSite = ["test/built-site.ts"];

/**
 * The Node suites. How long a test may take only tells one that hangs: the machine may be busy.
 * The in-Worker suite has a configuration of its own, `test/workerd/vitest.config.ts`.
 */
export default defineConfig({
  test: {
    projects: [
      node(
        "unit",
        [
          "{protocol,platform,db,functions,rooms,web,local,bench,sdk,cost,baseline}/**/*.test.ts",
          "test/house/**/*.test.ts",
        ],
        60_000,
      ),
      node("contract", ["test/contract/**/*.test.ts"], 60_000, builtSite),
      node("sim", ["test/sim/**/*.test.ts"], 180_000),
      node("fault", ["test/fault/**/*.test.ts"], 180_000),
      node("conformance", ["test/conformance/**/*.test.ts"], 60_000, builtSite),
      node("stack", ["test/stack/**/*.test.ts"], 90_000, builtSite),
      node("browser", ["test/browser/**/*.test.ts"], 90_000, builtSite),
    ],
  },
});

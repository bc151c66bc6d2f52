import { defineConfig } from "vitest/config";

interface Suite {
  readonly timeout_ms: number;
  readonly globalSetup?: string[];
  /** False lets files of a worker share what they import: for suites whose modules keep nothing. */
  readonly isolate?: boolean;
}

const node = (name: string, include: string[], suite: Suite) => ({
  test: {
    name,
    include,
    environment: "node",
    globalSetup: suite.globalSetup ?? [],
    isolate: suite.isolate ?? true,
    testTimeout: suite.timeout_ms,
    hookTimeout: 120_000,
  },
});

const builtSite = { globalSetup: ["test/built-site.ts"] };

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
        { timeout_ms: 60_000, isolate: false },
      ),
      node("contract", ["test/contract/**/*.test.ts"], { timeout_ms: 60_000, ...builtSite }),
      node("sim", ["test/sim/**/*.test.ts"], { timeout_ms: 180_000 }),
      node("fault", ["test/fault/**/*.test.ts"], { timeout_ms: 180_000 }),
      node("conformance", ["test/conformance/**/*.test.ts"], { timeout_ms: 60_000, ...builtSite }),
      node("stack", ["test/stack/**/*.test.ts"], { timeout_ms: 90_000, ...builtSite }),
      node("browser", ["test/browser/**/*.test.ts"], { timeout_ms: 90_000, ...builtSite }),
    ],
  },
});

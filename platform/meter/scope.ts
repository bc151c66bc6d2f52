import { AsyncLocalStorage } from "node:async_hooks";
import type { MeterModule, MeterUnit } from "./units.ts";

/** On whose account things are counted, and what has been counted in here so far. */
export interface MeterScope {
  readonly module: MeterModule;
  readonly units: Map<MeterUnit, number>;
}

const scopes = new AsyncLocalStorage<MeterScope>();

export function newScope(module: MeterModule): MeterScope {
  return { module, units: new Map() };
}

/**
 * Runs something, and all that it starts, on one account. The clients that count are made once an
 * isolate and serve many requests at once; the runtime's async context tells them which it is.
 */
export function inScope<T>(scope: MeterScope, run: () => T): T {
  return scopes.run(scope, run);
}

export function currentScope(): MeterScope | undefined {
  return scopes.getStore();
}

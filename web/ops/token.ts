import { useSyncExternalStore } from "react";

/** The operator's token lives as long as the tab, and in no other tab. */
const storageKey = "offrail:ops-token";
const listeners = new Set<() => void>();
/** For browsers that forbid storage: then it lives as long as the page. */
let inMemory: string | null = null;

function currentToken(): string | null {
  try {
    return sessionStorage.getItem(storageKey) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** Keeps the token for this tab, or with null forgets it. */
export function keepToken(token: string | null): void {
  inMemory = token;
  try {
    if (token === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, token);
  } catch {
    // Memory has it.
  }
  for (const listener of listeners) listener();
}

/** The operator's token, null until somebody gives it. */
export function useToken(): string | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, currentToken);
}

/** What a session knows of time. A test hands it another one. */
export interface Runtime {
  /** Local time that never steps, in milliseconds since 1970; the clock itself may be wrong. */
  now_ms(): number;
  /** Does something once, later. @returns takes it back */
  after(delay_ms: number, act: () => void): () => void;
}

/** The browser's own time. */
export const browserRuntime: Runtime = {
  now_ms: () => performance.timeOrigin + performance.now(),
  after: (delay_ms, act) => {
    const timer = setTimeout(act, delay_ms);
    return () => clearTimeout(timer);
  },
};

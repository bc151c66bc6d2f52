/**
 * The promise, if it settles in time. One that comes too late is left to itself; what it started
 * goes on until its own limits end it.
 * @param lateError made and thrown when the time is over
 */
export function within<T>(
  promise: Promise<T>,
  deadline_ms: number,
  lateError: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(lateError()), deadline_ms);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

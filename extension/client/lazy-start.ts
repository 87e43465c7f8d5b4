/** Something costly that is started at most once at a time, by whoever first needs it. */
export interface LazyStart<T> {
  /** What was started; starts it where that has not happened. */
  get(): Promise<T>;
  /** What is there already. */
  readonly started: Promise<T> | undefined;
}

/**
 * A start that failed is forgotten, so that the next one who needs it tries again.
 *
 * @example const server = lazyStart(startServer); await server.get()
 */
export function lazyStart<T>(start: () => Promise<T>): LazyStart<T> {
  let started: Promise<T> | undefined;
  return {
    get() {
      if (started) return started;
      const starting = start();
      started = starting;
      starting.catch(() => {
        if (started === starting) started = undefined;
      });
      return starting;
    },
    get started() {
      return started;
    },
  };
}

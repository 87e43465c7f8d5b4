/** How often the language server may end by itself before it is left alone. */
const MAX_RESTARTS = 3;
const PERIOD_MS = 3 * 60_000;

/**
 * Decides whether a server that ended unexpectedly is started again: not when it keeps ending, so that a crash at every
 * start does not loop.
 *
 * @example const policy = makeRestartPolicy(); policy.mayRestart(Date.now()) // true
 */
export function makeRestartPolicy(): RestartPolicy {
  let endings: number[] = [];
  return {
    mayRestart(nowMs) {
      endings = [...endings.filter((endedAt) => nowMs - endedAt < PERIOD_MS), nowMs];
      return endings.length <= MAX_RESTARTS;
    },
    reset() {
      endings = [];
    },
  };
}

export interface RestartPolicy {
  mayRestart(nowMs: number): boolean;
  /** Forgets what happened, for a restart that a person asked for. */
  reset(): void;
}

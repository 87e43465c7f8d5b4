import type { OnProgress } from '../../certify/certify-progress.ts';
import type { Clock } from '../../core/ports.ts';
import { keyValueLine } from './output-style.ts';

/** A step and how long it took. */
export interface TimedStep {
  readonly name: string;
  readonly seconds: number;
}

export interface PhaseTiming {
  /** Takes the time at every new phase and hands the progress on, with the step that has just ended. */
  readonly onProgress: OnProgress;
  /** The steps so far and their total, from the moment the command started. */
  finish(): { readonly steps: readonly TimedStep[]; readonly totalSeconds: number };
}

/** Times the phases of a run from its progress (spec 01 §3.2); what is before the first one is the preparation. */
export function phaseTiming(
  clock: Clock,
  startedMs: number,
  names: readonly string[],
  onward: OnProgress,
  onStep: (step: TimedStep) => void = () => {},
): PhaseTiming {
  const steps: TimedStep[] = [];
  let current = 'Preparation';
  let sinceMs = startedMs;
  const end = (nowMs: number): TimedStep => {
    const step = { name: current, seconds: (nowMs - sinceMs) / 1000 };
    steps.push(step);
    sinceMs = nowMs;
    return step;
  };
  return {
    onProgress(progress) {
      if (progress.kind === 'phase') {
        const step = end(clock.monotonicMs());
        if (current !== 'Preparation') onStep(step);
        current = names[progress.index - 1] ?? progress.title.split(': ')[0] ?? '';
      }
      onward(progress);
    },
    finish() {
      const nowMs = clock.monotonicMs();
      const step = end(nowMs);
      onStep(step);
      return { steps, totalSeconds: (nowMs - startedMs) / 1000 };
    },
  };
}

/** The block that `--timing` prints. */
export function timingLines(
  { steps, totalSeconds }: ReturnType<PhaseTiming['finish']>,
  peakMemoryMegabytes: number | null | undefined,
): readonly string[] {
  const rows = [...steps, { name: 'Total', seconds: totalSeconds }].map(({ name, seconds }) =>
    keyValueLine(name, `${seconds.toFixed(2)} s`),
  );
  const memory =
    typeof peakMemoryMegabytes === 'number'
      ? [keyValueLine('Peak memory', `${peakMemoryMegabytes.toFixed(2)} MiB`)]
      : [];
  return ['', 'TIMING SUMMARY', ...rows, ...memory];
}

/** The same for the JSON envelopes: seconds by step. */
export function timingJson({ steps, totalSeconds }: ReturnType<PhaseTiming['finish']>) {
  return {
    steps: steps.map(({ name, seconds }) => ({ name: name.toLowerCase(), seconds })),
    total_seconds: totalSeconds,
  };
}

import { InvarLockError } from '../../core/errors.ts';
import { compareRows } from '../../evaluate/compare-rows.ts';
import type { HiddenRowsSink, HiddenWindow } from '../../evaluate/hidden-rows.ts';
import { type DivergenceRecord, selfCheckTolerance } from '../../metrics/divergence/divergence.ts';
import type { DivergenceWindow } from '../../metrics/divergence/window-sums.ts';
import type { Runtime, RuntimeSession } from '../../runtime/runtime-port.ts';
import { openHiddenScratch, type ScratchFiles } from './hidden-scratch.ts';
import type { DivergencePlan } from './plan-divergence.ts';

/** Measures the divergence while the arms are evaluated, the baseline first. */
export interface DivergenceMeasurement {
  readonly baseline: HiddenRowsSink;
  readonly subject: HiddenRowsSink;
  /** Gives the measurement up; the first reason counts. */
  fail(reason: string): void;
  /** After both arms; a text is the reason why nothing was measured. */
  record(): DivergenceRecord | string;
  /** Removes what stands on the disk and closes the comparison; safe to call twice. */
  close(): Promise<void>;
}

export interface DivergencePorts {
  readonly files: ScratchFiles;
  readonly runtime: Pick<Runtime, 'open'>;
}

/**
 * The baseline's hidden states wait in a scratch file. When the subject has read a window, both
 * heads are computed for it, and only a few numbers per token remain. What goes wrong here costs the divergence and not
 * the run.
 */
export function measureDivergence(
  { files, runtime }: DivergencePorts,
  plan: DivergencePlan,
  options: {
    readonly scratchFile: string;
    readonly rowsPerChunk: number;
    /** What is written and read at a time. */
    readonly blockBytes?: number;
  },
): DivergenceMeasurement {
  const scratch = openHiddenScratch(files, options.scratchFile, options.blockBytes);
  const losses = new Map<number, Float32Array>();
  const windows: DivergenceWindow[] = [];
  let difference = 0;
  let reason: string | undefined;
  let session: RuntimeSession | undefined;

  const fail = (why: string): void => {
    reason ??= why;
  };
  const sink = (take: (window: HiddenWindow) => Promise<void>): HiddenRowsSink => ({
    wants: (id) => reason === undefined && plan.windows.has(id),
    take: (window) => take(window).catch((error) => fail(failureText(error))),
  });

  const store = async ({ id, rows, tokenLosses }: HiddenWindow): Promise<void> => {
    await scratch.store(id, rows);
    losses.set(id, tokenLosses);
  };

  const compare = async (window: HiddenWindow): Promise<void> => {
    const { id, targets, rows: subject } = window;
    const before = losses.get(id);
    const baseline = before && (await scratch.read(id));
    if (!baseline) return fail(`The baseline gave no hidden states of window ${id}.`);
    // Whole rows: half of the memory that the arms' own heads take, for twice as many intermediate results.
    session ??= await runtime.open(plan.graph);
    const rowsPerRun = Math.max(1, options.rowsPerChunk >> 1);
    const { wholeNll, ...compared } = await compareRows(
      session,
      { id, targets, baseline, subject },
      rowsPerRun,
    );
    difference = Math.max(
      difference,
      largestDifference(wholeNll.baseline, before),
      largestDifference(wholeNll.subject, window.tokenLosses),
    );
    if (!(difference <= selfCheckTolerance))
      fail(
        `The comparison gives other losses than the models: they differ by up to ${difference.toPrecision(2)} in window ${id}.`,
      );
    windows.push(compared);
  };

  return {
    baseline: sink(store),
    subject: sink(compare),
    fail,
    record() {
      if (reason !== undefined) return reason;
      const selfCheck = { max_abs_difference: difference, tolerance: selfCheckTolerance };
      return { windows, vocabulary: plan.vocabulary, selfCheck };
    },
    async close() {
      const open = session;
      session = undefined;
      // A child that is gone has released everything.
      await open?.close().catch(() => undefined);
      await scratch.close();
    },
  };
}

/** Relative above 1. Losses that are not finite on both sides agree: the windows' own losses say so. */
function largestDifference(computed: Float32Array, given: Float32Array): number {
  let largest = 0;
  for (const [index, loss] of given.entries()) {
    const other = computed[index] ?? Number.NaN;
    if (!Number.isFinite(loss) && !Number.isFinite(other)) continue;
    const difference = Math.abs(other - loss) / Math.max(1, Math.abs(loss));
    // NaN, of a value that only one side has, is larger than any tolerance.
    largest = difference >= 0 ? Math.max(largest, difference) : Number.POSITIVE_INFINITY;
  }
  return largest;
}

function failureText(error: unknown): string {
  if (error instanceof InvarLockError) return `The comparison failed: ${error.message}`;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `The hidden states could not be kept on the disk${code}.`;
}

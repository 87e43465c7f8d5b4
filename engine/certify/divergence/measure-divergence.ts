import { InvarLockError } from '../../core/errors.ts';
import type { Files } from '../../core/ports.ts';
import { compareRows } from '../../evaluate/compare-rows.ts';
import type { HiddenRowsSink, HiddenWindow } from '../../evaluate/hidden-rows.ts';
import { type DivergenceRecord, selfCheckTolerance } from '../../metrics/divergence/divergence.ts';
import type { DivergenceWindow } from '../../metrics/divergence/window-sums.ts';
import type { Runtime, RuntimeSession } from '../../runtime/runtime-port.ts';
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
  readonly files: Pick<Files, 'append' | 'readBytes' | 'remove'>;
  readonly runtime: Pick<Runtime, 'open'>;
}

interface Stored {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly tokenLosses: Float32Array;
}

/**
 * The baseline's hidden states go to a scratch file, window by window. When the subject has read a window, both
 * heads are computed for it, and only a few numbers per token remain. What goes wrong here costs the divergence and not
 * the run.
 */
export function measureDivergence(
  { files, runtime }: DivergencePorts,
  plan: DivergencePlan,
  { scratchFile, rowsPerChunk }: { readonly scratchFile: string; readonly rowsPerChunk: number },
): DivergenceMeasurement {
  const stored = new Map<number, Stored>();
  const windows: DivergenceWindow[] = [];
  let lengthBytes = 0;
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
    // What an earlier run left behind, which was killed, is no part of this one.
    if (stored.size === 0) await files.remove(scratchFile);
    await files.append(scratchFile, rows);
    stored.set(id, { offset: lengthBytes, lengthBytes: rows.byteLength, tokenLosses });
    lengthBytes += rows.byteLength;
  };

  const compare = async (window: HiddenWindow): Promise<void> => {
    const { id, targets, rows: subject } = window;
    const before = stored.get(id);
    if (!before) return fail(`The baseline gave no hidden states of window ${id}.`);
    const place = { offset: before.offset, length: before.lengthBytes };
    const baseline = await files.readBytes(scratchFile, place);
    // Whole rows: half of the memory that the arms' own heads take, for twice as many intermediate results.
    session ??= await runtime.open(plan.graph);
    const rowsPerRun = Math.max(1, rowsPerChunk >> 1);
    const { wholeNll, ...compared } = await compareRows(
      session,
      { id, targets, baseline, subject },
      rowsPerRun,
    );
    difference = Math.max(
      difference,
      largestDifference(wholeNll.baseline, before.tokenLosses),
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
      await files.remove(scratchFile);
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

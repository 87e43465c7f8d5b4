import { InvarLockError } from '../core/errors.ts';
import { type ComparisonOutput, comparisonOutputs } from '../graph/divergence/comparison-graph.ts';
import { type DivergenceWindow, tokenFlag } from '../metrics/divergence/window-sums.ts';
import type { WireTensor } from '../protocol/child-messages.ts';
import type { RuntimeSession } from '../runtime/runtime-port.ts';

export interface ComparedRows {
  readonly id: number;
  readonly targets: readonly number[];
  /** float32 [targets, width] of each model. */
  readonly baseline: Uint8Array;
  readonly subject: Uint8Array;
}

export interface RowComparison extends DivergenceWindow {
  /** Losses over the whole vocabulary of each model, as the comparison computed them. */
  readonly wholeNll: { readonly baseline: Float32Array; readonly subject: Float32Array };
}

/** Compares the rows of one window, `rowsPerRun` at a time: only so many rows of the vocabulary exist at once. */
export async function compareRows(
  session: RuntimeSession,
  rows: ComparedRows,
  rowsPerRun: number,
): Promise<RowComparison> {
  const count = rows.targets.length;
  const values = Object.fromEntries(
    comparisonOutputs.map((name) => [name, new Float32Array(count)]),
  ) as Record<ComparisonOutput, Float32Array>;
  for (let start = 0; start < count; start += rowsPerRun) {
    const end = Math.min(count, start + rowsPerRun);
    const { outputs } = await session.run(feedsOf(rows, start, end), comparisonOutputs);
    for (const name of comparisonOutputs) values[name].set(floats(name, outputs[name], end - start), start);
  }
  return {
    id: rows.id,
    kl: values.kl,
    baselineNll: values.baseline_common_nll,
    subjectNll: values.subject_common_nll,
    flags: Uint8Array.from(
      values.kl,
      (_, at) =>
        (values.same_top1[at] ? tokenFlag.sameTop1 : 0) +
        (values.baseline_top1[at] ? tokenFlag.baselineTop1 : 0) +
        (values.subject_top1[at] ? tokenFlag.subjectTop1 : 0),
    ),
    wholeNll: { baseline: values.baseline_nll, subject: values.subject_nll },
  };
}

function feedsOf(rows: ComparedRows, start: number, end: number): Readonly<Record<string, WireTensor>> {
  const count = end - start;
  const hidden = (bytes: Uint8Array): WireTensor => {
    const width = bytes.byteLength / (4 * rows.targets.length);
    return {
      type: 'float32',
      dims: [count, width],
      data: bytes.subarray(4 * width * start, 4 * width * end),
    };
  };
  const targets = BigInt64Array.from(rows.targets.slice(start, end), BigInt);
  return {
    baseline_hidden: hidden(rows.baseline),
    subject_hidden: hidden(rows.subject),
    targets: { type: 'int64', dims: [count], data: new Uint8Array(targets.buffer) },
  };
}

function floats(name: ComparisonOutput, output: WireTensor | undefined, count: number): Float32Array {
  if (output?.type !== 'float32' || output.data.byteLength !== 4 * count)
    throw new InvarLockError('R411', `The comparison gave no ${name} of ${count} float32 values.`);
  return new Float32Array(new Uint8Array(output.data).buffer);
}

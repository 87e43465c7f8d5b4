import { InvarLockError } from '../core/errors.ts';
import type { WireTensor } from '../protocol/child-messages.ts';
import type { RuntimeSession } from '../runtime/runtime-port.ts';
import type { ScoredRows } from './scored-rows.ts';

/** Outputs of a graph that have one float32 value per target. */
export type RowOutput = 'token_nll' | 'is_top1';

export interface RowValues {
  /** In the order in which they were asked for; one value per target. */
  readonly values: readonly Float32Array[];
  readonly runMs: number;
  readonly rssBytes: number;
}

/** Feeds the rows of one sequence, of which at least one is scored, and reads what the graph says of each target. */
export async function runRows(
  session: RuntimeSession,
  scored: ScoredRows,
  outputs: readonly RowOutput[],
  minimumRows = 0,
): Promise<RowValues> {
  const { outputs: found, runMs, rssBytes } = await session.run(rowFeeds(scored, minimumRows), outputs);
  const values = outputs.map((name) => rowValues(name, found[name], scored, minimumRows));
  return { values, runMs, rssBytes };
}

/** What a graph is fed for the rows of one sequence. */
export function rowFeeds(
  { ids, decoderIds, positions, targets }: ScoredRows,
  minimumRows = 0,
): Record<string, WireTensor> {
  const rows = Math.max(targets.length, minimumRows);
  return {
    input_ids: integers(ids, [1, ids.length]),
    ...(decoderIds ? { decoder_input_ids: integers(decoderIds, [1, decoderIds.length]) } : {}),
    positions: integers(filled(positions, rows), [rows]),
    targets: integers(filled(targets, rows), [rows]),
  };
}

/** The values of an output for every target. */
export function rowValues(
  name: RowOutput,
  output: WireTensor | undefined,
  { targets }: Pick<ScoredRows, 'targets'>,
  minimumRows = 0,
): Float32Array {
  return floats(name, output, Math.max(targets.length, minimumRows)).slice(0, targets.length);
}

function filled(values: readonly number[], count: number): readonly number[] {
  if (values.length >= count) return values;
  return [...values, ...Array.from({ length: count - values.length }, () => values[0] ?? 0)];
}

function integers(values: readonly number[], dims: readonly number[]): WireTensor {
  // Two 32-bit words each, the lower one first, as every platform of the runtime has them.
  const words = new Int32Array(2 * values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    words[2 * index] = value;
    words[2 * index + 1] = value < 0 ? -1 : 0;
  }
  return { type: 'int64', dims, data: new Uint8Array(words.buffer) };
}

function floats(name: RowOutput, output: WireTensor | undefined, count: number): Float32Array {
  if (output?.type !== 'float32' || output.data.byteLength !== 4 * count) {
    throw new InvarLockError('R411', `The model gave no ${name} of ${count} float32 values.`);
  }
  return new Float32Array(new Uint8Array(output.data).buffer);
}

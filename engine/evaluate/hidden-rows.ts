import { InvarLockError } from '../core/errors.ts';
import type { WireTensor } from '../protocol/child-messages.ts';

/** What a window's scored tokens were predicted from. */
export interface HiddenWindow {
  readonly id: number;
  readonly targets: readonly number[];
  readonly tokenLosses: Float32Array;
  /** float32 [targets, width], row by row. */
  readonly rows: Uint8Array;
}

/** Takes hidden states while windows are evaluated, so that they need not be kept. */
export interface HiddenRowsSink {
  /** Whether the hidden states of a window are asked for. */
  wants(id: number): boolean;
  /** Windows are taken one after the other, in their order; the next one may be running already. */
  take(window: HiddenWindow): Promise<void>;
}

/** The rows of `count` targets in what a graph gave as `hidden_rows`; those that were only fed to fill up are dropped. */
export function hiddenRowBytes(output: WireTensor | undefined, count: number): Uint8Array {
  const [rows = 0, width = 0] = output?.dims ?? [];
  const isComplete = output?.type === 'float32' && output.data.byteLength === 4 * rows * width;
  if (!isComplete || rows < count || width === 0)
    throw new InvarLockError('R411', `The model gave no hidden_rows of ${count} float32 rows.`);
  return output.data.subarray(0, 4 * width * count);
}

import { InvarLockError } from '../core/errors.ts';
import type { EvaluationWindow } from '../data/data-types.ts';
import type { ModelGraph } from '../graph/build-model-graph.ts';
import type { WireTensor } from '../protocol/child-messages.ts';
import type { RuntimeSession } from '../runtime/runtime-port.ts';

export type WindowInput = Pick<EvaluationWindow, 'id' | 'inputIds' | 'attentionMask'>;

/** What the model makes of one window. */
export interface WindowLoss {
  readonly id: number;
  /** Mean over the targets, in nats; null when it is not finite or there is no target (spec 02 EQ-11). */
  readonly loss: number | null;
  /** Negative log-likelihood of every target, as the model computed it. */
  readonly tokenLosses: Float32Array;
  readonly targetCount: number;
  readonly runMs: number;
  /** Resident memory of the engine process after the run. */
  readonly rssBytes: number;
}

/**
 * Evaluates windows one after the other with a causal model (spec 02 §4.2). Targets are the attended tokens but the
 * first. Padding stands on the right, where causal attention cannot see it, so it is cut off instead of masked.
 *
 * @example const losses = await evaluateWindows(session, graph, schedule.final, (loss) => progress(loss.id))
 */
export async function evaluateWindows(
  session: RuntimeSession,
  graph: Pick<ModelGraph, 'contextLength' | 'vocabSize'>,
  windows: readonly WindowInput[],
  onWindow: (loss: WindowLoss, index: number) => void = () => {},
): Promise<WindowLoss[]> {
  const losses: WindowLoss[] = [];
  for (const [index, window] of windows.entries()) {
    const loss = await evaluateWindow(session, attendedIds(graph, window), window.id);
    losses.push(loss);
    onWindow(loss, index);
  }
  return losses;
}

async function evaluateWindow(
  session: RuntimeSession,
  ids: readonly number[],
  id: number,
): Promise<WindowLoss> {
  const targetCount = Math.max(0, ids.length - 1);
  if (targetCount === 0)
    return { id, loss: null, tokenLosses: new Float32Array(), targetCount, runMs: 0, rssBytes: 0 };
  const result = await session.run({ input_ids: idTensor(ids), targets: idTensor(ids.slice(1)) }, [
    'token_nll',
  ]);
  const tokenLosses = readLosses(result.outputs.token_nll, targetCount);
  // Float64, in order: the sum of float32 losses is then exact to more digits than the losses themselves.
  let sum = 0;
  for (const value of tokenLosses) sum += value;
  const mean = sum / targetCount;
  const loss = Number.isFinite(mean) ? mean : null;
  return { id, loss, tokenLosses, targetCount, runMs: result.runMs, rssBytes: result.rssBytes };
}

function attendedIds(
  graph: Pick<ModelGraph, 'contextLength' | 'vocabSize'>,
  window: WindowInput,
): readonly number[] {
  const unusable = (why: string): InvarLockError =>
    new InvarLockError('R410', `Window ${window.id} ${why}`, { details: { window: window.id } });
  const firstPad = window.attentionMask.indexOf(0);
  const length = firstPad < 0 ? window.inputIds.length : firstPad;
  if (window.attentionMask.length !== window.inputIds.length || window.attentionMask.includes(1, length)) {
    throw unusable('is padded elsewhere than on the right.');
  }
  if (length > graph.contextLength) {
    throw unusable(
      `has ${length} tokens, but the model reads at most ${graph.contextLength}. Lower seq_len.`,
    );
  }
  const ids = window.inputIds.slice(0, length);
  const foreign = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= graph.vocabSize);
  if (foreign === undefined) return ids;
  throw unusable(
    `has the token id ${foreign}, but the model's vocabulary has ${graph.vocabSize} entries. The tokenizer belongs to another model.`,
  );
}

function idTensor(ids: readonly number[]): WireTensor {
  const values = BigInt64Array.from(ids, BigInt);
  return { type: 'int64', dims: [1, ids.length], data: new Uint8Array(values.buffer) };
}

function readLosses(output: WireTensor | undefined, count: number): Float32Array {
  if (output?.type !== 'float32' || output.data.byteLength !== 4 * count) {
    throw new InvarLockError('R411', `The model gave no token_nll of ${count} float32 values.`);
  }
  return new Float32Array(new Uint8Array(output.data).buffer);
}

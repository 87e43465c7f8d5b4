import { InvarLockError } from '../core/errors.ts';
import { evaluateWindows } from '../evaluate/evaluate-windows.ts';
import { scoredRows, type WindowInput } from '../evaluate/scored-rows.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { ModelSource } from '../models/model-source.ts';
import type { Runtime, RuntimeSession } from '../runtime/runtime-port.ts';

/**
 * Far more than another order of the sums costs, halves and integers included, and far less than what a fused operator
 * with a fault gives.
 */
const tolerance = 0.01;

/**
 * Devices are proved with standard operators, of which the graphs that we build consist. An exported model may have
 * others: fused attention was seen to give wrong losses on WebGPU. So its longest window is evaluated on the CPU too, and
 * losses that do not agree stop the run.
 */
export async function proveOnDevice(
  runtime: Runtime,
  model: Pick<ModelSource, 'kind'>,
  session: RuntimeSession,
  graph: ModelGraph & { readonly minimumRows?: number; readonly mappedBytes?: number },
  windows: readonly WindowInput[],
): Promise<void> {
  const { device } = runtime.facts;
  // A window without targets has no losses that could differ.
  const longest = windows
    .filter((window) => scoredRows(graph, window).targets.length > 0)
    .sort((a, b) => attended(b) - attended(a))
    .slice(0, 1);
  if (model.kind !== 'onnx' || device === 'cpu' || longest.length === 0) return;
  const [there] = await evaluateWindows(session, graph, longest);
  const { minimumRows: _, ...plain } = graph;
  const reference = await runtime.open({ ...plain, device: { provider: 'cpu' } });
  try {
    const [here] = await evaluateWindows(reference, plain, longest);
    const differences = [...(here?.tokenLosses ?? [])].map((loss, i) =>
      Math.abs(loss - (there?.tokenLosses[i] ?? Number.NaN)),
    );
    const largest = Math.max(0, ...differences);
    if (largest <= tolerance) return;
    throw new InvarLockError(
      'R422',
      `The ONNX model has other losses on ${device} than on the CPU: they differ by up to ${largest.toPrecision(2)} in one window. Some of its operators are faulty there; use --device cpu.`,
      { details: { device, largestDifference: largest } },
    );
  } finally {
    await reference.close();
  }
}

function attended({ attentionMask }: WindowInput): number {
  return attentionMask.reduce((sum, one) => sum + one, 0);
}

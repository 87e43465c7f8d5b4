import type { Checked, Finding } from '../core/findings.ts';
import { megabytes } from '../core/megabytes.ts';

/** What the memory of a run depends on. Sizes of a model are those of its widest part. */
export interface ModelFacts {
  /** For messages: "baseline", "subject". */
  readonly name: string;
  /** Bytes of the weights, which are mapped from their files. */
  readonly weightBytes: number;
  /** Of the hidden states. */
  readonly width: number;
  /** Of the feed-forward blocks. */
  readonly innerWidth: number;
  readonly heads: number;
  readonly vocabSize: number;
  /** Float32 bytes of weights that are stored in another type, as many as exist at once: they are converted when used. */
  readonly castBytes: number;
  /** All rows of the output head exist at once, whatever was chosen: an ONNX model in which it was not found (M268). */
  readonly isHeadWhole?: boolean;
}

export interface MemoryPlan {
  /** Rows of the output head whose logits exist at a time; the same for both arms. */
  readonly rowsPerChunk: number;
  /** Memory of the engine process at its largest, beside the mapped weights: an estimate. */
  readonly expectedPeakBytes: number;
  /** Weights of the larger model: the system keeps as many of them in memory as fit. */
  readonly mappedBytes: number;
}

/** Few enough for a vocabulary of 256 000, many enough that the product stays fast. Lower ones are for small machines. */
const rowsPerChunkChoices = [128, 64, 32, 16] as const;

/** Node and ONNX Runtime, before a model is loaded. */
const runtimeBytes = 100 << 20;

/**
 * Chooses how many rows of the output head are computed at a time, so that both models fit into the memory that is
 * available, and says what the run will need. Windows are evaluated one at a time: more would gain nothing on a CPU.
 *
 * @example planMemory([facts], 512, engineMemoryBytes()).value?.rowsPerChunk // 128
 */
export function planMemory(
  models: readonly ModelFacts[],
  longestWindow: number,
  availableBytes: number | undefined,
): Checked<MemoryPlan> {
  const mappedBytes = Math.max(0, ...models.map(({ weightBytes }) => weightBytes));
  const peakOf = (rows: number) =>
    Math.max(0, ...models.map((model) => peakBytes(model, longestWindow, rows)));
  const fits = (rows: number) => availableBytes === undefined || peakOf(rows) <= availableBytes;
  const rowsPerChunk = rowsPerChunkChoices.find(fits);
  if (rowsPerChunk === undefined || availableBytes === undefined) {
    const fewest = rowsPerChunkChoices[rowsPerChunk === undefined ? rowsPerChunkChoices.length - 1 : 0] ?? 16;
    const plan = { rowsPerChunk: fewest, expectedPeakBytes: peakOf(fewest), mappedBytes };
    if (rowsPerChunk !== undefined) return { value: plan, findings: [] };
    return { value: undefined, findings: [tooLittle(models, longestWindow, plan, availableBytes ?? 0)] };
  }
  const plan: MemoryPlan = { rowsPerChunk, expectedPeakBytes: peakOf(rowsPerChunk), mappedBytes };
  return { value: plan, findings: remarks(models, plan, availableBytes) };
}

/**
 * Intermediate results that are alive together. Counted from the graphs: a layer holds the residual stream, its
 * normalised copy, query, key, value and what attention mixes; the scores exist as product, masked and softmax; a
 * feed-forward block holds up to five tensors of its inner width; the head holds logits, their differences and
 * exponentials. Layers and head follow each other and reuse what is free.
 */
function peakBytes(model: ModelFacts, tokens: number, rows: number): number {
  const { width, innerWidth, heads, vocabSize, castBytes, isHeadWhole = false } = model;
  const stream = 2 * tokens * width;
  const attention = 5 * tokens * width + 3 * heads * tokens * tokens;
  const feedForward = 5 * tokens * innerWidth;
  const rowsAtOnce = isHeadWhole ? tokens : Math.min(rows, tokens);
  const head = 3 * rowsAtOnce * vocabSize + tokens * width;
  return runtimeBytes + castBytes + 4 * (stream + Math.max(attention, feedForward, head));
}

function tooLittle(
  models: readonly ModelFacts[],
  tokens: number,
  plan: MemoryPlan,
  availableBytes: number,
): Finding {
  const needy = models.find(
    (model) => peakBytes(model, tokens, plan.rowsPerChunk) === plan.expectedPeakBytes,
  );
  return {
    code: 'R430',
    severity: 'error',
    message: `The ${needy?.name ?? 'model'} needs about ${megabytes(plan.expectedPeakBytes)} of memory for a window of ${tokens} tokens, and ${megabytes(availableBytes)} are available. Lower dataset.seq_len, close other programs, or use a machine with more memory.`,
    details: { needed_bytes: plan.expectedPeakBytes, available_bytes: availableBytes },
  };
}

function remarks(models: readonly ModelFacts[], plan: MemoryPlan, availableBytes: number): Finding[] {
  const findings: Finding[] = [];
  if (plan.rowsPerChunk < rowsPerChunkChoices[0]) {
    findings.push({
      code: 'R434',
      severity: 'note',
      message: `The output head is computed ${plan.rowsPerChunk} rows at a time instead of ${rowsPerChunkChoices[0]}, because little memory is available. Losses may differ in their last digit from those of a run with more.`,
      expected: rowsPerChunkChoices[0],
      actual: plan.rowsPerChunk,
    });
  }
  const large = models.find(({ weightBytes }) => weightBytes > availableBytes - plan.expectedPeakBytes);
  if (large) {
    findings.push({
      code: 'R432',
      severity: 'warning',
      message: `The weights of the ${large.name} take ${megabytes(large.weightBytes)}, and ${megabytes(availableBytes)} of memory are available: they will be read again from the disk for every window.`,
      details: { weight_bytes: large.weightBytes, available_bytes: availableBytes },
    });
  }
  return findings;
}

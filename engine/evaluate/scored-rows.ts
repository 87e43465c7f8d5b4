import { InvarLockError } from '../core/errors.ts';
import type { EvaluationWindow } from '../data/data-types.ts';
import { ignoredLabel } from '../data/mask-tokens.ts';
import type { ModelGraph } from '../graph/model-graph.ts';

/** A window as it is evaluated; what it must have beside the ids depends on the loss of the graph. */
export interface WindowInput extends Pick<EvaluationWindow, 'id' | 'inputIds' | 'attentionMask' | 'labels'> {
  /** What the decoder reads (seq2seq), where it is not the labels shifted to the right by the model's first token. */
  readonly decoderInputIds?: readonly number[];
}

/** What must be known of a graph to feed it. */
export type ScoredGraph = Pick<ModelGraph, 'loss' | 'contextLength' | 'vocabSize' | 'decoderStartId'>;

/** What is fed for one window: only real tokens, and only rows that are scored. */
export interface ScoredRows {
  readonly ids: readonly number[];
  readonly decoderIds?: readonly number[];
  readonly positions: readonly number[];
  readonly targets: readonly number[];
}

/** The longer of a window's two sequences: no model has more rows for it. */
export function longestSequence({ inputIds, labels }: Pick<WindowInput, 'inputIds' | 'labels'>): number {
  return Math.max(inputIds.length, labels?.length ?? 0);
}

/**
 * Which rows of a window are scored against which targets (spec 02 §4.2). Causal: every attended token but the first,
 * from the row before it; where there are labels, those that are not −100. Mlm and seq2seq: every label that is not −100, from its own row. Padding stands on the
 * right; it is cut off instead of masked, so that the model never sees it.
 */
export function scoredRows(graph: ScoredGraph, window: WindowInput): ScoredRows {
  const ids = attendedIds(graph, window);
  if (graph.loss === 'causal') {
    const positions: number[] = [];
    const targets: number[] = [];
    for (let row = 0; row + 1 < ids.length; row += 1) {
      if (window.labels?.[row + 1] === ignoredLabel) continue;
      positions.push(row);
      targets.push(ids[row + 1] ?? ignoredLabel);
    }
    return { ids, positions, targets };
  }

  const { labels } = window;
  const rows = graph.loss === 'seq2seq' ? decoderRows(graph, window) : ids;
  if (!labels || !rows) {
    throw unusable(window, `lacks ${labels ? 'decoder input ids' : 'labels'}, which this model needs.`);
  }
  const isIgnored = (label: number): boolean => label === ignoredLabel;
  // Labels of padding were never meant to be scored; a label that was, beyond the last row, is an error.
  if (labels.slice(rows.length).some((label) => !isIgnored(label))) {
    throw unusable(window, `has ${labels.length} labels for ${rows.length} tokens.`);
  }
  const positions = [...rows.keys()].filter((row) => !isIgnored(labels[row] ?? ignoredLabel));
  const targets = positions.map((row) => labels[row] ?? ignoredLabel);
  checkIds(graph, window, targets);
  if (graph.loss === 'mlm') return { ids, positions, targets };

  // What follows the last scored row is padding of the decoder, which causal attention cannot see from there.
  const decoderIds = rows.slice(0, (positions.at(-1) ?? -1) + 1);
  checkLength(graph, window, decoderIds.length);
  checkIds(graph, window, decoderIds);
  return { ids, decoderIds, positions, targets };
}

/** Given, or the labels behind the model's first token: every label is predicted from those before it (spec 02 §4.2). */
function decoderRows(
  { decoderStartId }: Pick<ModelGraph, 'decoderStartId'>,
  { decoderInputIds, labels }: WindowInput,
): readonly number[] | undefined {
  if (decoderInputIds || !labels || decoderStartId === undefined) return decoderInputIds;
  const firstIgnored = labels.indexOf(ignoredLabel);
  const target = firstIgnored < 0 ? labels : labels.slice(0, firstIgnored);
  return [decoderStartId, ...target.slice(0, -1)];
}

type Limits = Pick<ModelGraph, 'contextLength' | 'vocabSize'>;

function attendedIds(graph: Limits, window: WindowInput): readonly number[] {
  const firstPad = window.attentionMask.indexOf(0);
  const length = firstPad < 0 ? window.inputIds.length : firstPad;
  if (window.attentionMask.length !== window.inputIds.length || window.attentionMask.includes(1, length)) {
    throw unusable(window, 'is padded elsewhere than on the right.');
  }
  checkLength(graph, window, length);
  const ids = window.inputIds.slice(0, length);
  checkIds(graph, window, ids);
  return ids;
}

function checkLength({ contextLength }: Limits, window: WindowInput, length: number): void {
  if (length <= contextLength) return;
  throw unusable(
    window,
    `has ${length} tokens, but the model reads at most ${contextLength}. Lower seq_len.`,
  );
}

function checkIds({ vocabSize }: Limits, window: WindowInput, ids: readonly number[]): void {
  const foreign = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (foreign === undefined) return;
  throw unusable(
    window,
    `has the token id ${foreign}, but the model's vocabulary has ${vocabSize} entries. The tokenizer belongs to another model.`,
  );
}

function unusable(window: WindowInput, why: string): InvarLockError {
  return new InvarLockError('R410', `Window ${window.id} ${why}`, { details: { window: window.id } });
}

import path from 'node:path';
import { mapTensors } from '../../artifacts/onnx/model-tensors.ts';
import { type OnnxModel, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../artifacts/onnx/write-onnx-model.ts';
import { isInside } from '../../core/is-inside.ts';
import { ModelEditor } from '../instrument/model-editor.ts';
import { renameGraph } from '../instrument/rename-nodes.ts';
import { commonOperators } from './common-operators.ts';
import type { HeadGraph } from './head-graph.ts';

/** What the comparison gives per row, float32 [r] each. */
export const comparisonOutputs = [
  'kl',
  'baseline_nll',
  'subject_nll',
  'baseline_common_nll',
  'subject_common_nll',
  'same_top1',
  'baseline_top1',
  'subject_top1',
] as const;

export type ComparisonOutput = (typeof comparisonOutputs)[number];

/** The heads of two models in one graph: rows of both in, what differs out. */
export interface ComparisonGraph {
  readonly model: Uint8Array;
  readonly weightsFolder: string;
  readonly maximumThreads: number;
  /** Entries of the vocabulary that both models have. */
  readonly comparedVocabulary: number;
}

type Arm = 'baseline' | 'subject';

/**
 * Compares what two models predict from rows of hidden states: inputs `baseline_hidden` [r, width], `subject_hidden`
 * [r, width] and `targets` int64 [r]. Vocabularies of different size are compared where they overlap; the losses
 * `baseline_nll` and `subject_nll` are of the whole vocabularies, as the models' own graphs have them. A text says why the
 * two heads do not fit into one graph.
 */
export function comparisonGraph(baseline: HeadGraph, subject: HeadGraph): ComparisonGraph | string {
  const folder = commonFolder(baseline.weightsFolder, subject.weightsFolder);
  if (folder === undefined) return 'the two models lie on different drives';
  const first = part('baseline', baseline, folder);
  const second = part('subject', subject, folder);
  const operators = commonOperators(first, second);
  if (typeof operators === 'string') return operators;
  const editor = new ModelEditor({
    ...operators,
    irVersion: Math.max(first.irVersion ?? 0, second.irVersion ?? 0),
    graphName: 'comparison',
    nodes: [...first.nodes, ...second.nodes],
    initializers: [...first.initializers, ...second.initializers],
    inputs: [...first.inputs, ...second.inputs],
    outputs: [],
    valueInfos: [],
  });
  editor.addInput({ name: 'targets', type: 'I64', shape: ['r'] });
  const comparedVocabulary = Math.min(baseline.vocabSize, subject.vocabSize);
  const values = compare(
    editor,
    { baseline: baseline.vocabSize, subject: subject.vocabSize },
    comparedVocabulary,
  );
  for (const name of comparisonOutputs) editor.addOutput(values[name], { name, type: 'F32', shape: ['r'] });
  return {
    model: writeOnnxModel(editor.finish()),
    weightsFolder: folder,
    maximumThreads: Math.min(baseline.maximumThreads, subject.maximumThreads),
    comparedVocabulary,
  };
}

/** A head with names of its own, and the places of its weights as they are seen from `folder`. */
function part(arm: Arm, { model, weightsFolder }: HeadGraph, folder: string): OnnxModel {
  const named = renameGraph(model, (name) =>
    name === 'hidden' ? `${arm}_hidden` : name === 'logits' ? `${arm}_logits` : `${arm}/${name}`,
  );
  return mapTensors({ ...model, ...named }, (tensor) => {
    if (tensor.kind !== 'external') return tensor;
    const location = path.relative(folder, path.join(weightsFolder, tensor.location));
    return { ...tensor, location: location.split(path.sep).join('/') };
  });
}

/** A session has one folder for its data, so both heads are seen from one that holds them both. */
function commonFolder(first: string, second: string): string | undefined {
  for (let folder = first; ; folder = path.dirname(folder)) {
    if (isInside(folder, second)) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function compare(
  editor: ModelEditor,
  vocabulary: Readonly<Record<Arm, number>>,
  common: number,
): Record<ComparisonOutput, string> {
  const baseline = distribution(editor, 'baseline', vocabulary.baseline, common);
  const subject = distribution(editor, 'subject', vocabulary.subject, common);
  return {
    kl: divergence(editor, baseline, subject),
    baseline_nll: baseline.nll,
    subject_nll: subject.nll,
    baseline_common_nll: baseline.commonNll,
    subject_common_nll: subject.commonNll,
    same_top1: equal(editor, baseline.largest, subject.largest),
    baseline_top1: equal(editor, baseline.largest, 'targets'),
    subject_top1: equal(editor, subject.largest, 'targets'),
  };
}

/** Scores of one model over the common entries: z − max z, exp of that, its sum and the logarithm of the sum. */
interface Distribution {
  readonly shifted: string;
  readonly exponentials: string;
  readonly sum: string;
  readonly logSum: string;
  readonly largest: string;
  readonly nll: string;
  readonly commonNll: string;
}

function distribution(editor: ModelEditor, arm: Arm, vocabulary: number, common: number): Distribution {
  const whole = `${arm}_logits`;
  const cut = (value: string): string =>
    editor.apply('Slice', [value, editor.integers([0]), editor.integers([common]), editor.integers([1])]);
  const scores = vocabulary === common ? whole : cut(whole);
  const { shifted, exponentials, sum, logSum } = exponentialsOf(editor, scores);
  const commonNll = lossOf(editor, shifted, logSum);
  const all = vocabulary === common ? undefined : exponentialsOf(editor, whole);
  const largest = editor.apply('ArgMax', [scores], {
    axis: { kind: 'int', value: 1 },
    keepdims: { kind: 'int', value: 0 },
  });
  const nll = all ? lossOf(editor, all.shifted, all.logSum) : commonNll;
  return { shifted, exponentials, sum, logSum, largest, nll, commonNll };
}

function exponentialsOf(
  editor: ModelEditor,
  scores: string,
): Pick<Distribution, 'shifted' | 'exponentials' | 'sum' | 'logSum'> {
  const shifted = editor.apply('Sub', [scores, editor.reduceRows('ReduceMax', scores)]);
  const exponentials = editor.apply('Exp', [shifted]);
  const sum = editor.reduceRows('ReduceSum', exponentials);
  return { shifted, exponentials, sum, logSum: editor.apply('Log', [sum]) };
}

/** As the graphs of models compute it: see `chunkedLosses`. */
function lossOf(editor: ModelEditor, shifted: string, logSum: string): string {
  const column = editor.reshape('targets', [-1, 1]);
  const picked = editor.apply('GatherElements', [shifted, column], { axis: { kind: 'int', value: 1 } });
  return editor.reshape(editor.apply('Sub', [logSum, picked]), [-1]);
}

/**
 * Σ p (log p − log q) = Σ p (a − b) + (log Σ exp b − log Σ exp a), where a and b are the shifted scores: numbers of one
 * size are subtracted before anything is added up. Entries that the baseline gives no probability count nothing, even
 * where both scores are minus infinity.
 */
function divergence(editor: ModelEditor, baseline: Distribution, subject: Distribution): string {
  const zero = editor.float(0);
  const probability = editor.apply('Div', [baseline.exponentials, baseline.sum]);
  const product = editor.apply('Mul', [
    probability,
    editor.apply('Sub', [baseline.shifted, subject.shifted]),
  ]);
  const counted = editor.apply('Where', [editor.apply('Greater', [probability, zero]), product, zero]);
  const expected = editor.reduceRows('ReduceSum', counted);
  const scale = editor.apply('Sub', [subject.logSum, baseline.logSum]);
  return editor.reshape(editor.apply('Add', [expected, scale]), [-1]);
}

function equal(editor: ModelEditor, one: string, other: string): string {
  return editor.cast(editor.apply('Equal', [one, other]), 'F32', onnxTypes.F32);
}

import { type OnnxModel, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../artifacts/onnx/write-onnx-model.ts';
import { type Checked, type Finding, hasErrors } from '../../core/findings.ts';
import { type ModelGraphOptions, outputNames } from '../build-model-graph.ts';
import { findHead } from '../instrument/find-head.ts';
import { findModules } from '../instrument/find-modules.ts';
import { hiddenRowsOf } from '../instrument/hidden-rows.ts';
import { ModelEditor } from '../instrument/model-editor.ts';
import { decoderPrefix, encoderPrefix } from '../instrument/prefixes.ts';
import { threadLimit } from '../instrument/thread-limit.ts';
import { addTokenLosses } from '../instrument/token-losses.ts';
import type { ModelGraph } from '../model-graph.ts';
import type { ModelSettings } from './model-settings.ts';
import { type PreparedModel, prepareModel } from './prepare-model.ts';
import { idsInputOf, type SequenceInputs, supplyInputs } from './supply-inputs.ts';

/** An opened ONNX model and what is known of it. */
export interface ImportedParts {
  /** The model, or the decoder of an encoder-decoder that was exported to two files. */
  readonly model: OnnxModel;
  readonly encoder?: OnnxModel;
  readonly weightsFolder: string;
  readonly settings: ModelSettings;
}

/**
 * Makes a graph with the inputs and outputs of every graph here out of an exported ONNX model: gives it the inputs that
 * it was exported with, scores only the rows that are wanted, and computes their losses. Weights stay where they are.
 *
 * @example const { value: graph } = importOnnxGraph({ model, weightsFolder, settings: modelSettings({ config }) })
 */
export function importOnnxGraph(parts: ImportedParts, options: ModelGraphOptions = {}): Checked<ModelGraph> {
  const prepared = prepareModel(parts);
  if (!prepared.value) return { value: undefined, findings: prepared.findings };
  const { loss, logits } = prepared.value;
  const { settings } = parts;
  const editor = new ModelEditor(prepared.value.model);
  const findings: Finding[] = [...prepared.findings, ...supplyAll(editor, prepared.value, settings)];
  if (hasErrors(findings)) return { value: undefined, findings };

  const head = findHead(editor, logits.name);
  const width = logits.shape?.at(-1);
  const vocabSize = head?.product.to ?? (typeof width === 'number' ? width : settings.vocabSize);
  if (vocabSize === undefined) return { value: undefined, findings: [...findings, vocabularyUnknown] };
  if (!head) findings.push(headIsWhole);
  const { contextLength = unknownContext, decoderStartId } = settings;
  if (contextLength === unknownContext) findings.push(contextIsUnknown);
  if (prepared.value.isKindAssumed) findings.push(kindIsAssumed);
  const hiddenRows = options.hidden && head ? hiddenRowsOf(editor, head) : undefined;
  const modules = findModules(editor);
  const maximumThreads = threadLimit(editor);

  for (const name of ['positions', 'targets']) editor.addInput({ name, type: 'I64', shape: ['m'] });
  editor.setOutputs([]);
  const scored = addTokenLosses(
    editor,
    { logits: logits.name, vocabSize, head, positions: 'positions', targets: 'targets' },
    contextLength,
    { ...options, hidden: hiddenRows !== undefined },
  );
  editor.addOutput(scored.losses, { name: 'token_nll', type: 'F32', shape: ['m'] });
  if (scored.top1) editor.addOutput(scored.top1, { name: 'is_top1', type: 'F32', shape: ['m'] });
  if (hiddenRows && scored.hidden !== undefined) {
    const rows = hiddenRows.type === 'F32' ? scored.hidden : editor.cast(scored.hidden, 'F32', onnxTypes.F32);
    editor.addOutput(rows, { name: 'hidden_rows', type: 'F32', shape: ['m', hiddenRows.width] });
  }
  if (options.logits)
    editor.addOutput(scored.logits(), { name: 'logits', type: 'F32', shape: ['m', vocabSize] });
  const model = editor.finish();
  const kept = new Set(model.nodes.flatMap((node) => node.outputs));
  const value: ModelGraph = {
    model: writeOnnxModel(model),
    weightsFolder: parts.weightsFolder,
    loss,
    inputs: ['input_ids', ...(loss === 'seq2seq' ? ['decoder_input_ids'] : []), 'positions', 'targets'],
    outputs: outputNames(options, hiddenRows),
    ...(hiddenRows && { hiddenRows }),
    contextLength,
    vocabSize,
    ...(loss === 'seq2seq' && decoderStartId !== undefined && { decoderStartId }),
    maximumThreads,
    modules: new Map(
      [...modules.values()]
        .filter(({ output }) => kept.has(output))
        .map(({ name, output }) => [name, output]),
    ),
  };
  return { value, findings };
}

/** Gives the sequences as inputs and, from them, everything that the graph was exported with. */
function supplyAll(
  editor: ModelEditor,
  { loss, idsInput, encoderHidden }: PreparedModel,
  settings: ModelSettings,
): Finding[] {
  const sequence = (source: string, prefix: string, length: string): SequenceInputs => {
    editor.addInput({ name: source, type: 'I64', shape: [1, length] });
    const shape = editor.addNode('Shape', [source]);
    return { source, prefix, length: editor.gatherRows(shape, editor.integers([1])) };
  };
  const ids = sequence('input_ids', encoderPrefix, 'n');
  if (loss !== 'seq2seq')
    return supplyInputs({ editor, settings, own: { ...ids, prefix: decoderPrefix } }, idsInput);
  const decoderIds = sequence('decoder_input_ids', decoderPrefix, 'k');
  const first = editor.inputs.filter(({ name }) => name.startsWith(encoderPrefix));
  const encoderIds = idsInputOf(
    first.map((info) => ({ ...info, name: info.name.slice(encoderPrefix.length) })),
  );
  const findings = encoderIds === undefined ? [] : supplyInputs({ editor, settings, own: ids }, encoderIds);
  const encoder = { length: ids.length, source: ids.source, hidden: encoderHidden };
  return [...findings, ...supplyInputs({ editor, settings, own: decoderIds, encoder }, idsInput)];
}

/** Larger than any context; the model's own limit then shows when it is passed. */
const unknownContext = 2 ** 31 - 1;

const vocabularyUnknown: Finding = {
  code: 'M265',
  severity: 'error',
  message:
    'The ONNX model does not say how many entries its vocabulary has. Put the config.json of the model that was exported beside it.',
};

const contextIsUnknown: Finding = {
  code: 'M265',
  severity: 'warning',
  message:
    'Nothing says how many tokens the ONNX model reads at most. Put the config.json of the model that was exported beside it.',
};

const kindIsAssumed: Finding = {
  code: 'M242',
  severity: 'warning',
  message:
    'Nothing says that the ONNX model is a causal language model; it is evaluated as one. Put the config.json of the model that was exported beside it.',
};

const headIsWhole: Finding = {
  code: 'M268',
  severity: 'note',
  message:
    'The product with the vocabulary was not recognised in the ONNX model, so the scores of all positions are computed, and take memory.',
};

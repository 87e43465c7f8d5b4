import { type OnnxModel, onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { parseOnnxModel } from '../../artifacts/onnx/parse-onnx-model.ts';
import { ModelEditor } from '../instrument/model-editor.ts';
import { namesRead } from '../instrument/rename-nodes.ts';
import type { ModelGraph } from '../model-graph.ts';

/** The last step of a model alone: from hidden rows to scores. Its weights stay in the model's files. */
export interface HeadGraph {
  /** Input `hidden`, float32 [r, width]; output `logits`, float32 [r, vocabulary]. */
  readonly model: OnnxModel;
  readonly weightsFolder: string;
  readonly width: number;
  readonly vocabSize: number;
  readonly maximumThreads: number;
}

/** What a graph must be made with, so that its head can be cut off: with one chunk the given rows are the scored ones. */
export const headGraphOptions = { maximumRows: 1, hidden: true, logits: true } as const;

/**
 * Cuts the head off a graph that was made with `headGraphOptions`. A text says why that is not possible.
 *
 * @example const head = headGraph(graphOfModel(model, headGraphOptions))
 */
export function headGraph(graph: ModelGraph): HeadGraph | string {
  const { hiddenRows } = graph;
  if (!hiddenRows) return 'the product with the vocabulary was not recognised in its graph';
  const editor = new ModelEditor(parseOnnxModel(graph.model));
  const inner = scoredRows(editor);
  if (inner === undefined) return 'its graph does not show what its scores are computed from';
  for (const name of graph.inputs) editor.removeInput(name);
  const given = editor.addInput({ name: 'hidden', type: 'F32', shape: ['r', hiddenRows.width] });
  const { type } = hiddenRows;
  const rows = type === 'F32' ? given : editor.cast(given, type, onnxTypes[type]);
  editor.changeNodes((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === inner ? rows : name)),
  }));
  editor.setOutputs([{ name: 'logits', type: 'F32', shape: ['r', graph.vocabSize] }]);
  const model = editor.finish();
  const needed = new Set(model.nodes.flatMap(namesRead));
  if (graph.inputs.some((name) => needed.has(name)))
    return 'its scores depend on more than the hidden state of their own token';
  const { weightsFolder, vocabSize, maximumThreads } = graph;
  return { model, weightsFolder, width: hiddenRows.width, vocabSize, maximumThreads };
}

/** The value behind `hidden_rows`, before it was named and brought to float32. */
function scoredRows(editor: ModelEditor): string | undefined {
  let node = editor.producerOf('hidden_rows');
  for (; node?.op === 'Identity' || node?.op === 'Cast'; node = editor.producerOf(node.inputs[0] ?? '')) {
    const [source = ''] = node.inputs;
    if (editor.producerOf(source)?.op === 'Gather') return source;
  }
  return undefined;
}

import { onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import { chunkedLosses, type HeadChunks, type HeadOutputs } from '../chunked-losses.ts';
import type { VocabularyHead } from './find-head.ts';
import type { ModelEditor } from './model-editor.ts';

export interface TokenLossInput {
  /** Scores of shape [1, n, vocabulary] or [n, vocabulary]. */
  readonly logits: string;
  readonly vocabSize: number;
  /** How the scores come about, when that was recognised; then only the wanted rows are computed. */
  readonly head: VocabularyHead | undefined;
  /** int64 [m], both. */
  readonly positions: string;
  readonly targets: string;
}

/**
 * Adds the losses of every target, float32 [m], to a model that gives scores; see `chunkedLosses`. Gives the names of
 * the losses and of the scores that were wanted, [m, vocabulary].
 */
export function addTokenLosses(
  editor: ModelEditor,
  input: TokenLossInput,
  contextLength: number,
  chunks: HeadChunks & HeadOutputs,
): ReturnType<typeof chunkedLosses<string>> {
  const { head, positions, targets } = input;
  const table = head
    ? editor.reshape(head.product.input, [-1, head.product.from])
    : editor.reshape(input.logits, [-1, input.vocabSize]);
  const rowsOf = (some: string): string => editor.gatherRows(table, some);
  const scoresOf = (rows: string): string =>
    editor.cast(head ? headOf(editor, input, head, rows) : rows, 'F32', onnxTypes.F32);
  return chunkedLosses(editor, { positions, targets, rowsOf, scoresOf }, contextLength, chunks);
}

/** The head's nodes once more, for some rows. */
function headOf(editor: ModelEditor, input: TokenLossInput, head: VocabularyHead, rows: string): string {
  const { product, after, aliases } = head;
  const here = new Map<string, string>([[product.input, rows]]);
  const resolve = (name: string): string => {
    for (let current: string | undefined = name; current !== undefined; current = aliases.get(current)) {
      const known = here.get(current);
      if (known !== undefined) return known;
    }
    return name;
  };
  for (const [i, node] of [product.node, ...after].entries()) {
    const outputs = node.outputs.map((name) => (name === '' ? '' : editor.newName(node.op)));
    // Only the product's activations are replaced in the product: its weight may bear the same name.
    const inputs = node.inputs.map((name, at) => (i === 0 ? (at === 0 ? rows : name) : resolve(name)));
    editor.addNodes([{ ...node, name: outputs.find((name) => name !== '') ?? node.name, inputs, outputs }]);
    for (const [at, name] of node.outputs.entries()) here.set(name, outputs[at] ?? '');
  }
  return resolve(input.logits);
}

import { onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import type { HeadChunks } from '../loss-head.ts';
import type { VocabularyHead } from './find-head.ts';
import { integer, type ModelEditor } from './model-editor.ts';

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
 * Adds the negative log-likelihood of every target, float32 [m], to a model that gives scores: log Σ exp(z − max z) −
 * (z_target − max z), as the graphs that we build have it. Rows are taken in chunks, one after the other; see `lossHead`.
 *
 * Gives the names of the losses and of the scores that were wanted, [m, vocabulary].
 */
export function addTokenLosses(
  editor: ModelEditor,
  input: TokenLossInput,
  chunks: HeadChunks,
): { readonly losses: string; readonly logits: () => string } {
  const count = Math.max(1, Math.ceil(chunks.maximumRows / chunks.rowsPerChunk));
  const { head } = input;
  const table = head
    ? editor.reshape(head.product.input, [-1, head.product.from])
    : editor.reshape(input.logits, [-1, input.vocabSize]);
  const losses: string[] = [];
  const logits: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = i * chunks.rowsPerChunk;
    const end = i === count - 1 ? Number.MAX_SAFE_INTEGER : start + chunks.rowsPerChunk;
    const part = (x: string): string => (count === 1 ? x : slice(editor, x, start, end));
    const rows = editor.gatherRows(table, part(input.positions));
    const scores = editor.cast(head ? headOf(editor, input, head, rows) : rows, 'F32', onnxTypes.F32);
    logits.push(scores);
    losses.push(lossesOf(editor, scores, part(input.targets)));
  }
  return { losses: concat(editor, losses), logits: () => concat(editor, logits) };
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

function lossesOf(editor: ModelEditor, scores: string, targets: string): string {
  const shifted = editor.addNode('Sub', [scores, editor.reduceRows('ReduceMax', scores)]);
  const sum = editor.reduceRows('ReduceSum', editor.addNode('Exp', [shifted]));
  const picked = editor.addNode('GatherElements', [shifted, editor.reshape(targets, [-1, 1])], {
    attributes: { axis: integer(1) },
  });
  return editor.reshape(editor.addNode('Sub', [editor.addNode('Log', [sum]), picked]), [-1]);
}

function slice(editor: ModelEditor, value: string, start: number, end: number): string {
  return editor.addNode('Slice', [
    value,
    editor.integers([start]),
    editor.integers([end]),
    editor.integers([0]),
  ]);
}

function concat(editor: ModelEditor, parts: readonly string[]): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return editor.addNode('Concat', parts, { attributes: { axis: integer(0) } });
}

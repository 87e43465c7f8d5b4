import { onnxTypes } from '../../artifacts/onnx/onnx-model.ts';
import type { HiddenRows } from '../model-graph.ts';
import type { VocabularyHead } from './find-head.ts';
import type { ModelEditor } from './model-editor.ts';

/**
 * Width and type of the rows that meet the vocabulary. Undefined where they are integers or their type does not show:
 * then they cannot be handed on.
 */
export function hiddenRowsOf(editor: ModelEditor, { product }: VocabularyHead): HiddenRows | undefined {
  const { node, from } = product;
  const isBlocks = node.op === 'MatMulNBits';
  const isPlain = node.op === 'Gemm' || node.op === 'MatMul' || node.op === 'FusedMatMul';
  if (!isBlocks && !isPlain) return undefined;
  // A product has one type for both sides; the scales of blocks have that of the activations.
  const type = typeOf(editor, node.inputs[isBlocks ? 2 : 1] ?? '');
  return type === undefined ? undefined : { width: from, type };
}

const mostSteps = 8;

function typeOf(editor: ModelEditor, name: string): HiddenRows['type'] | undefined {
  let current = name;
  for (let step = 0; step < mostSteps; step += 1) {
    const tensor = editor.initializer(current);
    if (tensor) return floatType(tensor.type);
    const node = editor.producerOf(current);
    if (node?.op === 'Cast') {
      const { to } = node.attributes;
      const name = Object.entries(onnxTypes).find(([, number]) => to?.kind === 'int' && to.value === number);
      return floatType(name?.[0]);
    }
    if (node?.op === 'DequantizeLinear') current = node.inputs[1] ?? '';
    else if (node && ['Identity', 'Transpose', 'Reshape'].includes(node.op)) current = node.inputs[0] ?? '';
    else return undefined;
  }
  return undefined;
}

function floatType(type: string | undefined): HiddenRows['type'] | undefined {
  return type === 'F32' || type === 'F16' || type === 'BF16' ? type : undefined;
}

import type { OnnxInitializer, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import type { ModelEditor } from './model-editor.ts';

/** A stored matrix, seen through what stands between it and its product. */
export interface FoundWeight {
  readonly tensor: OnnxInitializer;
  /** Its two sizes as the product sees them. */
  readonly rows: number;
  readonly columns: number;
  /** Whether the product sees the stored matrix transposed. */
  readonly isTransposed: boolean;
  /** Whether it is stored in integers that a scale belongs to. */
  readonly isQuantized: boolean;
}

/** The chain from a weight to its use is short; a longer one is no weight. */
const mostSteps = 8;

/** The 2-D weight that a value comes from, through Identity, Cast, Transpose and DequantizeLinear. */
export function findWeight(editor: ModelEditor, name: string): FoundWeight | undefined {
  let current = name;
  let isTransposed = false;
  let isQuantized = false;
  for (let step = 0; step < mostSteps; step += 1) {
    const tensor = editor.initializer(current);
    if (tensor) {
      const [first, second] = tensor.shape;
      if (tensor.shape.length !== 2 || first === undefined || second === undefined) return undefined;
      const sizes = isTransposed ? { rows: second, columns: first } : { rows: first, columns: second };
      return { tensor, ...sizes, isTransposed, isQuantized };
    }
    const node = editor.producerOf(current);
    const next = node && stepThrough(node);
    if (!next) return undefined;
    if (next === 'transposed') isTransposed = !isTransposed;
    if (next === 'quantized') isQuantized = true;
    current = node.inputs[0] ?? '';
  }
  return undefined;
}

function stepThrough(node: OnnxNode): 'same' | 'transposed' | 'quantized' | undefined {
  switch (node.domain === undefined || node.domain === 'com.microsoft' ? node.op : '') {
    case 'Identity':
    case 'Cast':
      return 'same';
    case 'DequantizeLinear':
      return 'quantized';
    case 'Transpose': {
      const { perm } = node.attributes;
      const order = perm?.kind === 'ints' ? perm.value.join() : '1,0';
      if (order === '1,0') return 'transposed';
      return order === '0,1' ? 'same' : undefined;
    }
    default:
      return undefined;
  }
}

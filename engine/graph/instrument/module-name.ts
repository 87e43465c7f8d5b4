import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { decoderPrefix, encoderPrefix } from './prefixes.ts';

export interface NamedParts {
  /** Name of the stored weight. */
  readonly weight: string;
  readonly bias: string | undefined;
  readonly node: OnnxNode;
}

/** Endings that exporters and quantizers put behind the path of a module. */
const endings: readonly RegExp[] = [
  /_(?:quantized|quant|Q4|Q8|fp16|scale|zero_point|DequantizeLinear|Q4G\d+|Bnb4|NF4)$/u,
  /_Q\d+G\d+$/u,
  /\.(?:qweight|weight|MatMul|Gemm|bias)$/u,
];

/** Names that an exporter made up, such as `onnx::MatMul_123` and `val_57`: they say nothing of a module. */
const madeUp =
  /^(?:onnx::|val_\d|_val_|t_?\d*$|tensor_?\d*$|\d+$|MatMul_\d|initializer_?\d*$|const_?\w*$|arg\d)/u;

/**
 * The path of the module that a weight belongs to: from the weight's name where the exporter kept it, else from the scope
 * that it recorded for the node, from the name of the bias, or from the node's own path (spec 03 §9.3).
 */
export function moduleName({ weight, bias, node }: NamedParts): string | undefined {
  const fromWeight = withoutEndings(stripped(weight));
  const { modulePath = '' } = node;
  // A table that is shared bears the name of one of its modules; the scope tells which one this is.
  if (isPath(fromWeight) && fromWeight.startsWith(modulePath)) return fromWeight;
  if (modulePath !== '') return modulePath;
  const fromBias = bias === undefined ? '' : withoutEndings(stripped(bias));
  if (isPath(fromBias)) return fromBias;
  return fromNode(stripped(node.name)) ?? (fromWeight === '' ? undefined : fromWeight);
}

function stripped(name: string): string {
  const prefix = [decoderPrefix, encoderPrefix].find((start) => name.startsWith(start));
  return prefix === undefined ? name : name.slice(prefix.length);
}

function withoutEndings(name: string): string {
  for (const ending of endings) {
    const shorter = name.replace(ending, '');
    if (shorter !== name && shorter !== '') return withoutEndings(shorter);
  }
  return name;
}

function isPath(name: string): boolean {
  return name !== '' && !madeUp.test(name) && !name.startsWith('/') && !name.includes('::');
}

/** `/model/layers.0/mlp/up_proj/MatMul` without the operator. */
function fromNode(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '');
  return parts.length < 2 ? undefined : parts.slice(0, -1).join('.');
}

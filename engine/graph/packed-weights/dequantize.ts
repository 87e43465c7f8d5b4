import type { PackedMatrix } from '../../artifacts/quantization/packed-matrix.ts';
import { isFloatDtype } from '../../artifacts/safetensors/read-tensor.ts';
import type { StoredTensor } from '../../artifacts/tensor-facts.ts';
import { InvarLockError } from '../../core/errors.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';
import { storedValue } from './stored-value.ts';
import { unpackCodes } from './unpack-codes.ts';

/**
 * A packed matrix as float32, [inputs, outputs] or [outputs, inputs] as it is stored: scale · (code − zero), where the
 * difference is exact and the product is rounded once. Nothing is folded when the graph is loaded, so that the matrix
 * exists only while its product is computed.
 */
export function dequantize(graph: GraphBuilder, matrix: PackedMatrix): Value {
  const { isInputFirst, inputs, outputs, codes } = matrix;
  const shape: [number, number] = isInputFirst ? [inputs, outputs] : [outputs, inputs];
  const layout = layoutOf(graph, matrix, shape);
  const zero = zerosOf(graph, matrix, layout);
  const values = unpackCodes(graph, codes, shape, layout.view);
  const differences = zero ? graph.subtract(values, zero) : values;
  return graph.reshape(graph.multiply(differences, scalesOf(graph, matrix, layout)), shape);
}

/** How numbers of groups meet the codes of their inputs. */
interface Layout {
  /** The shape that the codes are seen in. */
  readonly view: readonly number[];
  /** The shape that the numbers of the groups are seen in. */
  readonly groupView: readonly number[];
  /** From there to something that broadcasts over the codes. */
  readonly spread: (x: Value) => Value;
}

function layoutOf(graph: GraphBuilder, matrix: PackedMatrix, shape: readonly number[]): Layout {
  const { isInputFirst, inputs, outputs, groups, scales } = matrix;
  const { count, membership } = groups;
  const same = (x: Value): Value => x;
  if (count === 1) return { view: shape, groupView: scales.shape, spread: same };
  if (membership.kind === 'consecutive' && inputs % membership.size === 0) {
    // Groups on an axis of their own, so that a group's scale meets all of its inputs.
    const { size } = membership;
    return {
      view: isInputFirst ? [count, size, outputs] : [outputs, count, size],
      groupView: isInputFirst ? [count, 1, outputs] : [outputs, count, 1],
      spread: same,
    };
  }
  const index =
    membership.kind === 'listed'
      ? storedValue(graph, membership.tensor)
      : indexOf(graph, inputs, membership.size);
  const axis = { axis: { kind: 'int', value: isInputFirst ? 0 : 1 } } as const;
  return {
    view: shape,
    groupView: scales.shape,
    spread: (x) => graph.apply('Gather', [x, index], axis),
  };
}

function scalesOf(graph: GraphBuilder, { scales }: PackedMatrix, { groupView, spread }: Layout): Value {
  const { tensor, divisor } = scales;
  const stored = storedValue(graph, tensor, { type: floatType(tensor), shape: groupView });
  const scale = tensor.dtype === 'F32' ? stored : graph.toFloat32(stored);
  return spread(divisor === 1 ? scale : graph.apply('Div', [scale, graph.float(divisor)]));
}

function floatType({ name, dtype }: StoredTensor): 'F16' | 'BF16' | 'F32' {
  if (isFloatDtype(dtype)) return dtype;
  throw new InvarLockError('M282', `The scales ${name} are ${dtype}.`);
}

/** Undefined when every zero is 0. */
function zerosOf(graph: GraphBuilder, { zeros, scales }: PackedMatrix, layout: Layout): Value | undefined {
  const offset = zeros.offset === 0 ? undefined : graph.float(zeros.offset);
  if (!zeros.codes) return offset;
  const unpacked = unpackCodes(graph, zeros.codes, scales.shape, layout.groupView);
  return layout.spread(offset ? graph.add(unpacked, offset) : unpacked);
}

/** The group of each input, where the last group is smaller than the others. */
function indexOf(graph: GraphBuilder, inputs: number, size: number): Value {
  const [zero, end, one] = [graph.integers([0], []), graph.integers([inputs], []), graph.integers([1], [])];
  return graph.apply('Div', [graph.apply('Range', [zero, end, one]), graph.integers([size], [])]);
}

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
  const { isInputFirst, inputs, outputs, codes, zeros, groups } = matrix;
  const oriented = (input: number, output: number): [number, number] =>
    isInputFirst ? [input, output] : [output, input];
  const shape = oriented(inputs, outputs);

  const scale = scalesOf(graph, matrix);
  const zero = zerosOf(graph, matrix);
  const values = unpackCodes(graph, codes, shape);
  const scaled = (q: Value, z: Value | undefined, s: Value): Value =>
    graph.multiply(z ? graph.subtract(q, z) : q, s);
  if (groups.count === 1) return scaled(values, zero, scale);

  const { membership } = groups;
  if (membership.kind === 'consecutive' && inputs % membership.size === 0) {
    // Groups on an axis of their own, so that a group's scale meets all of its inputs.
    const { size } = membership;
    const grouped = isInputFirst ? [groups.count, size, outputs] : [outputs, groups.count, size];
    const perGroup = isInputFirst ? [groups.count, 1, outputs] : [-1, groups.count, 1];
    const spread = (x: Value): Value => graph.reshape(x, perGroup);
    const isScalarZero = zeros.codes === undefined;
    const result = scaled(
      graph.reshape(values, grouped),
      zero && (isScalarZero ? zero : spread(zero)),
      spread(scale),
    );
    return graph.reshape(result, shape);
  }
  const index = membership.kind === 'listed' ? storedValue(graph, membership.tensor) : indexOf(graph, matrix);
  const axis = { axis: { kind: 'int', value: isInputFirst ? 0 : 1 } } as const;
  const perInput = (x: Value): Value => graph.apply('Gather', [x, index], axis);
  return scaled(values, zero && (zeros.codes === undefined ? zero : perInput(zero)), perInput(scale));
}

function scalesOf(graph: GraphBuilder, { scales: { tensor, shape, divisor } }: PackedMatrix): Value {
  const stored = storedValue(graph, tensor, { type: floatType(tensor), shape });
  const scale = tensor.dtype === 'F32' ? stored : graph.toFloat32(stored);
  return divisor === 1 ? scale : graph.apply('Div', [scale, graph.float(divisor)]);
}

function floatType({ name, dtype }: StoredTensor): 'F16' | 'BF16' | 'F32' {
  if (isFloatDtype(dtype)) return dtype;
  throw new InvarLockError('M282', `The scales ${name} are ${dtype}.`);
}

/** Undefined when every zero is 0. */
function zerosOf(graph: GraphBuilder, { zeros, scales }: PackedMatrix): Value | undefined {
  const offset = zeros.offset === 0 ? undefined : graph.float(zeros.offset);
  if (!zeros.codes) return offset;
  const unpacked = unpackCodes(graph, zeros.codes, scales.shape);
  return offset ? graph.add(unpacked, offset) : unpacked;
}

/** The group of each input, where the last group is smaller than the others. */
function indexOf(graph: GraphBuilder, { inputs, groups: { membership } }: PackedMatrix): Value {
  const size = membership.kind === 'consecutive' ? membership.size : 1;
  const [zero, end, one] = [graph.integers([0], []), graph.integers([inputs], []), graph.integers([1], [])];
  return graph.apply('Div', [graph.apply('Range', [zero, end, one]), graph.integers([size], [])]);
}

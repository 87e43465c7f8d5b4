import type { Checkpoint } from '../../artifacts/checkpoint.ts';
import type { WeightFacts } from '../../artifacts/quantization/model-weights.ts';
import type { StoredTensor } from '../../artifacts/tensor-facts.ts';
import { InvarLockError } from '../../core/errors.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';
import type { WeightSource } from '../layers.ts';
import { dequantize } from './dequantize.ts';
import { roundInput } from './round-input.ts';
import { storedValue } from './stored-value.ts';

/**
 * The weights of a checkpoint as float32. Casting and unpacking are operators of the graph, so that what is narrow or
 * packed stays mapped from its file.
 */
export function checkpointWeights(graph: GraphBuilder, checkpoint: Checkpoint): WeightSource {
  const known = new Map<string, Value>();
  const once = (name: string, make: () => Value): Value => {
    const value = known.get(name) ?? make();
    known.set(name, value);
    return value;
  };
  /** As it is stored: a packed matrix may have its inputs first. */
  const asStored = ({ name, packed }: WeightFacts): Value =>
    once(name, () => (packed ? dequantize(graph, packed) : float32(graph, storedTensor(checkpoint, name))));
  /** With outputs first, as matrices that are not packed have it. */
  const outputFirst = (weight: WeightFacts): Value =>
    weight.packed?.isInputFirst
      ? once(`${weight.name}, outputs first`, () => graph.transpose(asStored(weight), [1, 0]))
      : asStored(weight);

  return {
    float: (name) => outputFirst(weightOf(checkpoint, name)),
    rows(name, _, ids) {
      const weight = weightOf(checkpoint, name);
      if (weight.packed) return graph.gather(outputFirst(weight), ids);
      const tensor = storedTensor(checkpoint, name);
      const rows = graph.gather(storedValue(graph, tensor), ids);
      return tensor.dtype === 'F32' ? rows : graph.toFloat32(rows);
    },
    operands(x, name, { isInputFirst = false }) {
      const weight = weightOf(checkpoint, name);
      const { packed } = weight;
      const rounding = packed?.inputRounding;
      return {
        // Query, key and value read the same input.
        x: rounding ? once(`${x.name}, rounded`, () => roundInput(graph, x, rounding)) : x,
        weight: asStored(weight),
        isInputFirst: packed?.isInputFirst ?? isInputFirst,
      };
    },
  };
}

function float32(graph: GraphBuilder, tensor: StoredTensor): Value {
  const value = storedValue(graph, tensor);
  return tensor.dtype === 'F32' ? value : graph.toFloat32(value);
}

function weightOf(checkpoint: Checkpoint, name: string): WeightFacts {
  const weight = checkpoint.weights.get(name);
  if (!weight) throw new InvarLockError('M209', `The checkpoint has no tensor ${name}.`);
  return weight;
}

function storedTensor(checkpoint: Checkpoint, name: string): StoredTensor {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor) throw new InvarLockError('M209', `The checkpoint has no tensor ${name}.`);
  return tensor;
}

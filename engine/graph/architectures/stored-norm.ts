import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Value } from '../graph-builder.ts';
import type { Layers } from '../layers.ts';

/** Says under which names the weight and the bias of a layer norm are stored. */
export type NormNames = (module: string) => readonly [weight: string, bias: string];

/** Checkpoints that were converted from TensorFlow call weight and bias of a norm gamma and beta. */
export function normNames(tensors: ReadonlyMap<string, TensorFacts>): NormNames {
  return (module) =>
    tensors.has(`${module}.gamma`)
      ? [`${module}.gamma`, `${module}.beta`]
      : [`${module}.weight`, `${module}.bias`];
}

export interface StoredNorm {
  readonly names: NormNames;
  readonly width: number;
  readonly epsilon: number;
}

/** The layer norm `module`, whatever its tensors are called. */
export function storedNorm(layers: Layers, x: Value, module: string, norm: StoredNorm): Value {
  const [weight, bias] = norm.names(module);
  const shape = [norm.width];
  return layers.graph.module(
    module,
    layers.graph.layerNorm(x, layers.weight(weight, shape), layers.weight(bias, shape), norm.epsilon),
  );
}

import type { ArchitecturePlan } from './architectures/architecture.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { Layers, type WeightSource } from './layers.ts';

export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Set for the weight of a product: it may be packed in any way that unpacking knows. */
  readonly product?: { readonly isInputFirst: boolean };
}

/** Every tensor that a plan reads, in the order of use: found by building the graph without weights. */
export function expectedTensors(plan: ArchitecturePlan): ExpectedTensor[] {
  const expected = new Map<string, ExpectedTensor>();
  const any = { name: '' };
  const note = (name: string, shape: readonly number[]): Value => {
    expected.set(name, { name, shape });
    return any;
  };
  const operands: WeightSource['operands'] = (x, name, { from, to, isInputFirst = false }) => {
    const shape = isInputFirst ? [from, to] : [to, from];
    if (!expected.has(name)) expected.set(name, { name, shape, product: { isInputFirst } });
    return { x, weight: any, isInputFirst };
  };
  const layers = new Layers(new GraphBuilder(), { float: note, rows: note, operands });
  plan.build(layers, { ids: any, length: any, decoderIds: any, decoderLength: any });
  return [...expected.values()];
}

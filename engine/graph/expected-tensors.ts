import type { ArchitecturePlan } from './architectures/architecture.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { Layers } from './layers.ts';

export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Every tensor that a plan reads, in the order of use: found by building the graph without weights. */
export function expectedTensors(plan: ArchitecturePlan): ExpectedTensor[] {
  const expected = new Map<string, ExpectedTensor>();
  const any = { name: '' };
  const note = (name: string, shape: readonly number[]): Value => {
    if (!expected.has(name)) expected.set(name, { name, shape });
    return any;
  };
  const layers = new Layers(new GraphBuilder(), { float: note, rows: note });
  plan.build(layers, { ids: any, length: any, decoderIds: any, decoderLength: any });
  return [...expected.values()];
}

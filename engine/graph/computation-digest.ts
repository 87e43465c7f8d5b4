import { createHash } from 'node:crypto';
import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import type { ArchitecturePlan } from './architectures/architecture.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { Layers } from './layers.ts';

/**
 * SHA-256 over what a model computes, its weights left out: operators, their order and every constant. Two configurations
 * that spell the same model differently (a default that is written out, a setting under its newer name) have one digest;
 * another number of heads, rope base, epsilon or activation has another.
 */
export function computationDigest(plan: ArchitecturePlan): string {
  const graph = new GraphBuilder();
  const input = (name: string): Value => graph.input({ name, type: 'I64', shape: [] });
  const weight = (_: string, shape: readonly number[]): Value => ({ name: `weight/${shape.join('x')}` });
  const { hidden, head } = plan.build(
    new Layers(graph, {
      float: weight,
      rows: weight,
      operands: (x, name, { from, to, isInputFirst = false }) => ({
        x,
        weight: weight(name, [from, to]),
        isInputFirst,
      }),
    }),
    {
      ids: input('ids'),
      length: input('length'),
      decoderIds: input('decoder_ids'),
      decoderLength: input('decoder_length'),
    },
  );
  graph.output(hidden, { name: 'hidden' });
  const { scale = 1, softCap = null, bias } = head;
  const facts = { loss: plan.loss, scale, softCap, isBiased: bias !== undefined };
  return createHash('sha256')
    .update(JSON.stringify(facts))
    .update(writeOnnxModel(graph.finish('computation')))
    .digest('hex');
}

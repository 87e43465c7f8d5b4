import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked } from '../../core/findings.ts';
import type { GraphBuilder, Value } from '../graph-builder.ts';
import type { Architecture, ArchitecturePlan, ModelConfig } from './architecture.ts';
import { buildBertEncoder, isBesideBertEncoder, readBertEncoder, wordEmbedding } from './bert-encoder.ts';
import { buildMlmHead, findMlmHead } from './mlm-head.ts';
import { OptionReader } from './read-options.ts';

/** RoBERTa: BERT's encoder with positions that begin behind the padding id, and a head of other names. */
export const roberta: Architecture = {
  modelType: 'roberta',
  classes: ['RobertaForMaskedLM'],
  plan,
};

function plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  const encoder = readBertEncoder(options, tensors, 'roberta.');
  const padId = options.index('pad_token_id', 1 << 24, 1);
  const contextLength = encoder.positionRows - padId - 1;
  if (options.findings.length === 0 && contextLength < 1)
    options.unsupported(
      'max_position_embeddings',
      encoder.positionRows,
      `Positions begin at pad_token_id + 1, which is ${padId + 1}.`,
    );
  const head = findMlmHead(
    options,
    tensors,
    {
      dense: 'lm_head.dense',
      norm: 'lm_head.layer_norm',
      decoder: 'lm_head.decoder',
      bias: 'lm_head.bias',
    },
    wordEmbedding(encoder),
  );
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };
  const value: ArchitecturePlan = {
    loss: 'mlm',
    contextLength,
    vocabSize: encoder.vocabSize,
    isIgnored: (name) => head.isIgnored(name) || isBesideBertEncoder(encoder, name),
    build: (layers, inputs) => {
      const positions = positionsBehind(layers.graph, inputs.ids, padId);
      const hidden = buildBertEncoder(layers, inputs, encoder, positions);
      // The head has the exact GELU whatever hidden_act says.
      return buildMlmHead(layers, hidden, head, { ...encoder, activation: 'gelu' });
    },
    remarks: [...head.remarks, ...options.remarks()],
  };
  return { value, findings: [] };
}

/**
 * padId + 1, padId + 2, … for the tokens that are not padding. A window can hold the padding token as a real one; it
 * then has the position padId, as in the reference, and the others do not count it.
 */
function positionsBehind(graph: GraphBuilder, ids: Value, padId: number): Value {
  const isReal = graph.apply('Not', [graph.apply('Equal', [ids, graph.integers([padId])])]);
  const real = graph.apply('Cast', [isReal], { to: { kind: 'int', value: 7 } });
  const counted = graph.apply('CumSum', [real, graph.integers([0], [])]);
  return graph.add(graph.multiply(counted, real), graph.integers([padId]));
}

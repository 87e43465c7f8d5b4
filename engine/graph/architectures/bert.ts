import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked } from '../../core/findings.ts';
import type { Architecture, ArchitecturePlan, ModelConfig } from './architecture.ts';
import { buildBertEncoder, isBesideBertEncoder, readBertEncoder, wordEmbedding } from './bert-encoder.ts';
import { buildMlmHead, findMlmHead } from './mlm-head.ts';
import { OptionReader } from './read-options.ts';

/** BERT with its masked language model head: learned positions, norms after each block's parts. */
export const bert: Architecture = {
  modelType: 'bert',
  classes: ['BertForMaskedLM', 'BertForPreTraining'],
  plan,
};

function plan(config: ModelConfig, tensors: ReadonlyMap<string, TensorFacts>): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  const encoder = readBertEncoder(options, tensors, 'bert.');
  const head = findMlmHead(
    options,
    tensors,
    {
      dense: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
      decoder: 'cls.predictions.decoder',
      bias: 'cls.predictions.bias',
    },
    wordEmbedding(encoder),
  );
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };
  const value: ArchitecturePlan = {
    loss: 'mlm',
    contextLength: encoder.positionRows,
    vocabSize: encoder.vocabSize,
    isIgnored: (name) =>
      head.isIgnored(name) || name.startsWith('cls.seq_relationship.') || isBesideBertEncoder(encoder, name),
    build: (layers, inputs) => {
      const positions = layers.graph.range(inputs.length);
      const hidden = buildBertEncoder(layers, inputs, encoder, positions);
      return buildMlmHead(layers, hidden, head, encoder);
    },
    remarks: [...head.remarks, ...options.remarks()],
  };
  return { value, findings: [] };
}

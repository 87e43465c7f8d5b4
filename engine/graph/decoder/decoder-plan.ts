import type { TensorFacts } from '../../artifacts/tensor-facts.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import type { ArchitecturePlan, ModelConfig } from '../architectures/architecture.ts';
import { OptionReader } from '../architectures/read-options.ts';
import { buildDecoder } from './build-decoder.ts';
import type { DecoderStack } from './decoder-stack.ts';

export interface ReadDecoder {
  readonly stack: DecoderStack;
  readonly contextLength: number;
  /** Stored buffers that are computed here, such as causal masks. */
  readonly buffers: RegExp;
  /** Name of a stored head that is not used because the embedding is the head. */
  readonly unusedHead?: string;
}

/** The plan of a decoder-only architecture from what `read` makes of config.json. */
export function decoderPlan(
  config: ModelConfig,
  tensors: ReadonlyMap<string, TensorFacts>,
  read: (options: OptionReader) => ReadDecoder,
): Checked<ArchitecturePlan> {
  const options = new OptionReader(config);
  refuseForeignOptions(options);
  const { stack, contextLength, buffers, unusedHead } = read(options);
  if (options.findings.length > 0) return { value: undefined, findings: options.findings };
  const isTiedHead = (name: string): boolean => name === unusedHead;
  const remarks = options.remarks();
  if (unusedHead !== undefined && tensors.has(unusedHead)) remarks.push(storedTiedHead(unusedHead));
  const value: ArchitecturePlan = {
    loss: 'causal',
    contextLength,
    vocabSize: stack.vocabSize,
    isIgnored: (name) => buffers.test(name) || isTiedHead(name),
    build: (layers, inputs) => buildDecoder(layers, inputs, stack, contextLength),
    remarks,
  };
  return { value, findings: [] };
}

/** What no decoder-only description computes. */
function refuseForeignOptions(options: OptionReader): void {
  options.refuse('add_cross_attention', 'Only models without an encoder are supported.');
  options.refuse('is_encoder_decoder', 'Only models without an encoder are supported.');
  options.refuse('cross_attention_hidden_size', 'Only models without an encoder are supported.');
  options.refuse('pruned_heads', 'Every head must be there.');
  options.raw('is_decoder');
  options.raw('tie_encoder_decoder');
}

function storedTiedHead(name: string): Finding {
  return {
    code: 'M213',
    severity: 'note',
    message: `${name} is stored, but config.json ties the head to the embedding, so the embedding is used. Set tie_word_embeddings to false if the stored head is meant.`,
    pointer: '/tie_word_embeddings',
  };
}

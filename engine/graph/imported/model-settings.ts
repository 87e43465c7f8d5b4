import type { LossKind } from '../model-graph.ts';

/** What the files beside an ONNX model say of it, as parsed. */
export interface SettingsFiles {
  /** config.json of the model that was exported. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** genai_config.json of onnxruntime-genai. */
  readonly genai?: Readonly<Record<string, unknown>>;
}

/** What they imply; what they do not say is absent, and found in the graph or not at all. */
export interface ModelSettings {
  readonly modelType?: string;
  readonly loss?: LossKind;
  readonly vocabSize?: number;
  readonly contextLength?: number;
  /** The position of the first token; 0 where it is absent. */
  readonly firstPosition?: number;
  /** What the decoder of a sequence-to-sequence model reads first. */
  readonly decoderStartId?: number;
  /** For caches whose shape the graph leaves open. */
  readonly keyValueHeads?: number;
  readonly headSize?: number;
}

const maskedTypes: readonly string[] = [
  'bert',
  'roberta',
  'distilbert',
  'albert',
  'electra',
  'deberta',
  'deberta-v2',
  'xlm-roberta',
  'camembert',
  'mpnet',
  'modernbert',
];

/** Tables of positions of these types begin after the padding id. */
const offsetTypes: readonly string[] = ['roberta', 'xlm-roberta', 'camembert', 'mpnet'];

/** Reads what is needed of a model from the settings beside it (spec 01 §3.9 for the kind of loss). */
export function modelSettings(files: SettingsFiles): ModelSettings {
  const whole = files.config ?? {};
  // Models with several modalities keep the language model's settings apart.
  const config = record(whole.text_config) ?? whole;
  const genai = record(files.genai?.model) ?? {};
  const decoder = record(genai.decoder) ?? {};
  const modelType = text(whole.model_type) ?? text(genai.type);
  const loss = lossOf(whole, modelType);
  const settings = {
    modelType,
    loss,
    vocabSize: size(config.vocab_size) ?? size(genai.vocab_size),
    contextLength: size(genai.context_length) ?? contextLength(config, modelType),
    firstPosition: firstPosition(config, modelType),
    decoderStartId: id(whole.decoder_start_token_id),
    keyValueHeads:
      size(config.num_key_value_heads) ??
      size(decoder.num_key_value_heads) ??
      size(config.num_attention_heads) ??
      size(config.n_head) ??
      size(config.num_heads),
    headSize: size(config.head_dim) ?? size(decoder.head_size) ?? size(config.d_kv) ?? headSize(config),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function lossOf(
  config: Readonly<Record<string, unknown>>,
  modelType: string | undefined,
): LossKind | undefined {
  const classes = Array.isArray(config.architectures) ? config.architectures.map(String) : [];
  const has = (pattern: RegExp): boolean => classes.some((name) => pattern.test(name));
  if (config.is_encoder_decoder === true || has(/ConditionalGeneration$|Seq2SeqLM$/u)) return 'seq2seq';
  if (has(/MaskedLM$|ForPreTraining$/u)) return 'mlm';
  if (has(/CausalLM$|LMHeadModel$/u)) return 'causal';
  if (modelType === undefined) return undefined;
  if (modelType === 't5' || modelType === 'mt5' || modelType === 'bart') return 'seq2seq';
  return maskedTypes.includes(modelType) ? 'mlm' : undefined;
}

function contextLength(
  config: Readonly<Record<string, unknown>>,
  modelType: string | undefined,
): number | undefined {
  const rows =
    size(config.n_positions) ??
    size(config.max_position_embeddings) ??
    size(config.n_ctx) ??
    size(config.max_seq_len) ??
    size(config.max_sequence_length);
  return rows === undefined ? undefined : rows - (firstPosition(config, modelType) ?? 0);
}

function firstPosition(
  config: Readonly<Record<string, unknown>>,
  modelType: string | undefined,
): number | undefined {
  if (modelType === undefined || !offsetTypes.includes(modelType)) return undefined;
  return (id(config.pad_token_id) ?? 1) + 1;
}

function headSize(config: Readonly<Record<string, unknown>>): number | undefined {
  const width = size(config.hidden_size) ?? size(config.n_embd) ?? size(config.d_model);
  const heads = size(config.num_attention_heads) ?? size(config.n_head) ?? size(config.num_heads);
  return width !== undefined && heads !== undefined && width % heads === 0 ? width / heads : undefined;
}

function size(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function id(value: unknown): number | undefined {
  return value === 0 ? 0 : size(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

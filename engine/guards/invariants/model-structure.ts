/** What the invariants guard looks at in one checkpoint; no weights, only facts about them. */
export interface ModelStructure {
  /** Path and class of every module, the root with an empty path. */
  readonly modules: readonly (readonly [path: string, className: string])[];
  /** Rows of every embedding, by path. */
  readonly embeddings: Readonly<Record<string, number>>;
  readonly layerNorms: readonly string[];
  /** Tensors that are trained, by name; equal `storage` means one and the same tensor. */
  readonly parameters: readonly StructureTensor[];
  readonly buffers: readonly { readonly name: string; readonly finite: boolean }[];
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** Digest of what the configuration makes of the model; equal ones are no drift, whatever the settings are called. */
  readonly computation?: string;
  /** Whether the configuration has the head share the embedding; undefined where that is not known. */
  readonly isTiedByConfig?: boolean;
}

export interface StructureTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly storage: string | number;
  readonly finite: boolean;
  /** Undefined where it is packed, so that no type can be expected. */
  readonly dtype?: string | undefined;
  /** Only zeros, as biases are that quantisers add. */
  readonly isZero?: boolean;
}

/** Embedding and head that some architectures share. */
interface TyingPattern {
  readonly name: string;
  readonly embedding: string;
  readonly head: string;
}

/** The layouts that the reference knows (spec 03 §2.1). */
export const referenceTyings: readonly TyingPattern[] = [
  { name: 'gpt2', embedding: 'transformer.wte.weight', head: 'lm_head.weight' },
  {
    name: 'bert',
    embedding: 'bert.embeddings.word_embeddings.weight',
    head: 'cls.predictions.decoder.weight',
  },
  { name: 'embed_tokens', embedding: 'model.embed_tokens.weight', head: 'lm_head.weight' },
];

/** With those that it does not (Q20). */
export const knownTyings: readonly TyingPattern[] = [
  ...referenceTyings,
  {
    name: 'roberta',
    embedding: 'roberta.embeddings.word_embeddings.weight',
    head: 'lm_head.decoder.weight',
  },
  {
    name: 'distilbert',
    embedding: 'distilbert.embeddings.word_embeddings.weight',
    head: 'vocab_projector.weight',
  },
  { name: 't5', embedding: 'shared.weight', head: 'lm_head.weight' },
  { name: 'opt', embedding: 'model.decoder.embed_tokens.weight', head: 'lm_head.weight' },
  { name: 'gpt_neox', embedding: 'gpt_neox.embed_in.weight', head: 'embed_out.weight' },
];

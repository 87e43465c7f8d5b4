import { createHash } from 'node:crypto';
import { compareCodePoints } from '../../core/compare-code-points.ts';
import { isFiniteNumber } from '../../core/json-access.ts';
import { knownTyings, type ModelStructure, referenceTyings } from './model-structure.ts';

/** Named facts of a checkpoint; those of two checkpoints are compared one by one (spec 03 §2.1). */
export type InvariantChecks = Readonly<Record<string, unknown>>;

/** Checks of a model profile are told apart from the others by this prefix. */
const PROFILE_PREFIX = 'profile::';

export function captureChecks(
  model: ModelStructure,
  profileChecks: readonly string[],
  { reference = false }: { readonly reference?: boolean } = {},
): InvariantChecks {
  const vocabulary = model.config?.vocab_size;
  const tyings = tyingFlags(model, reference);
  const flags = Object.values(tyings);
  return {
    parameter_count: parameterCount(model),
    layer_norm_paths: model.layerNorms,
    ...(Object.keys(model.embeddings).length > 0 ? { embedding_vocab_sizes: model.embeddings } : {}),
    ...(isFiniteNumber(vocabulary) ? { config_vocab_size: Math.trunc(vocabulary) } : {}),
    weight_tying: flags.length === 0 ? null : flags.every(Boolean),
    ...(flags.length === 0 ? {} : { weight_tying_arches: tyings }),
    structure_hash: structureHash(model),
    ...Object.fromEntries(
      profileChecks.map((check) => [`${PROFILE_PREFIX}${check}`, holds(check.toLowerCase(), model)]),
    ),
  };
}

/** What shares storage counts once. */
function parameterCount({ parameters }: ModelStructure): number {
  const sizes = new Map(
    parameters.map(({ storage, shape }) => [storage, shape.reduce((size, dimension) => size * dimension, 1)]),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function tyingFlags({ parameters }: ModelStructure, reference: boolean): Record<string, boolean> {
  const storageOf = new Map(parameters.map(({ name, storage }) => [name, storage]));
  const known = (reference ? referenceTyings : knownTyings).filter(
    ({ embedding, head }) => storageOf.has(embedding) && storageOf.has(head),
  );
  return Object.fromEntries(
    known.map(({ name, embedding, head }) => [name, storageOf.get(embedding) === storageOf.get(head)]),
  );
}

function structureHash({ modules }: ModelStructure): string {
  const lines = modules.map(([path, className]) => `${path}:${className}`).sort(compareCodePoints);
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** What a model profile expects; a check that nobody knows holds (spec 03 §2.4). */
function holds(check: string, { config, modules }: ModelStructure): boolean {
  const type = String(config?.model_type ?? '').toLowerCase();
  const has = (path: string) => modules.some(([known]) => known === path);
  if (check === 'mlm_mask_alignment') return type.includes('bert') || has('cls.predictions.decoder');
  if (check === 'rope_rotary_embedding' || check === 'rotary_embedding')
    return has('model.layers.0.self_attn.rotary_emb');
  if (check === 'causal_masking' || check === 'causal')
    return Boolean(config?.is_decoder) || causalTypes.some((part) => type.includes(part));
  return true;
}

const causalTypes = ['gpt', 'mistral', 'mixtral', 'qwen', 'opt', 'phi'];

import { compareCodePoints } from '../../core/compare-code-points.ts';
import { canonicalJson } from '../../core/python-json.ts';
import type { InvariantViolation } from './compare-checks.ts';
import type { ModelStructure, StructureTensor } from './model-structure.ts';

/** Settings that change what a model computes though its weights stay (spec 03 Q20). */
const decisiveSettings = [
  ...['model_type', 'vocab_size', 'tie_word_embeddings', 'is_decoder'],
  ...['num_attention_heads', 'num_key_value_heads', 'n_head', 'num_heads', 'head_dim', 'd_kv'],
  ...['num_hidden_layers', 'n_layer', 'num_layers', 'hidden_size', 'n_embd', 'd_model'],
  ...['rope_theta', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor', 'rotary_pct'],
  ...['rms_norm_eps', 'layer_norm_epsilon', 'layer_norm_eps'],
  ...['hidden_act', 'activation_function', 'feed_forward_proj', 'hidden_activation'],
  ...['sliding_window', 'scale_attn_weights', 'attn_logit_softcapping', 'final_logit_softcapping'],
];

/** Tensor by tensor, and setting by setting: what the reference's checks cannot see (Q20). */
export function compareTensors(baseline: ModelStructure, subject: ModelStructure): InvariantViolation[] {
  const before = byName(baseline.parameters);
  const after = byName(subject.parameters);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareCodePoints);
  return [
    ...names.flatMap((name) => compareOne(name, before.get(name), after.get(name))),
    ...settings(baseline.config ?? {}, subject.config ?? {}),
  ];
}

function compareOne(
  name: string,
  before: StructureTensor | undefined,
  after: StructureTensor | undefined,
): InvariantViolation[] {
  if (!before || !after) {
    const type = after ? 'tensor_added' : 'tensor_missing';
    const message = after ? `${name} is not in the baseline.` : `${name} of the baseline is missing.`;
    return [{ type, tensor: name, severity: 'fatal', message }];
  }
  const shapes = { baseline: before.shape, current: after.shape };
  if (canonicalJson(before.shape, 'B') !== canonicalJson(after.shape, 'B')) {
    const message = `${name} has the shape [${after.shape.join(', ')}]; the baseline has [${before.shape.join(', ')}].`;
    return [{ type: 'shape_mismatch', tensor: name, ...shapes, severity: 'fatal', message }];
  }
  if (before.dtype === after.dtype) return [];
  const types = { baseline: before.dtype ?? null, current: after.dtype ?? null };
  const message = `${name} is stored as ${types.current}; the baseline has ${types.baseline}.`;
  return [{ type: 'dtype_mismatch', tensor: name, ...types, severity: 'warning', message }];
}

function settings(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): InvariantViolation[] {
  return [...new Set(decisiveSettings)]
    .filter((name) => canonicalJson(before[name], 'B') !== canonicalJson(after[name], 'B'))
    .map((name) => ({
      type: 'config_drift',
      setting: name,
      baseline: before[name] ?? null,
      current: after[name] ?? null,
      severity: 'fatal',
      message: `${name} is ${canonicalJson(after[name], 'A')} in config.json; the baseline has ${canonicalJson(before[name], 'A')}.`,
    }));
}

function byName(tensors: readonly StructureTensor[]): Map<string, StructureTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

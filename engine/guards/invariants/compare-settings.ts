import { canonicalJson } from '../../core/python-json.ts';
import type { InvariantViolation } from './compare-checks.ts';
import type { ModelStructure } from './model-structure.ts';

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

type Config = Readonly<Record<string, unknown>>;

/**
 * Settings of config.json that make the subject another computation than the baseline. Where the computations of both are
 * known, they decide, and the settings only say why (spec 03 Q20).
 */
export function compareSettings(baseline: ModelStructure, subject: ModelStructure): InvariantViolation[] {
  const [before, after] = [baseline.computation, subject.computation];
  const isKnown = before !== undefined && after !== undefined;
  if (isKnown && before === after) return tying(baseline, subject);
  const found = differences(baseline.config ?? {}, subject.config ?? {});
  if (found.length > 0 || !isKnown) return found;
  const message =
    'The configuration makes the subject compute otherwise than the baseline, though no setting that is looked at differs.';
  return [{ type: 'config_drift', setting: null, severity: 'fatal', message }];
}

/** Whether the weights themselves are tied is another check, and decides; this only says what the files ask for. */
function tying(baseline: ModelStructure, subject: ModelStructure): InvariantViolation[] {
  const [before, after] = [baseline.isTiedByConfig, subject.isTiedByConfig];
  if (before === undefined || after === undefined || before === after) return [];
  const message = `config.json ${after ? 'ties' : 'does not tie'} the head to the embedding; the baseline's ${before ? 'does' : 'does not'}.`;
  return [
    {
      type: 'config_drift',
      setting: 'tie_word_embeddings',
      baseline: before,
      current: after,
      severity: 'warning',
      message,
    },
  ];
}

function differences(before: Config, after: Config): InvariantViolation[] {
  return decisiveSettings
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

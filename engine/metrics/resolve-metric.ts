import { isObject, textAt, valueAt } from '../core/json-access.ts';
import { finiteNumber } from '../policy/finite-number.ts';

export interface ResolvedMetric {
  /** Lower case; not yet known to be a kind. */
  readonly kind: string;
  readonly provider: string;
  readonly options: { readonly reps?: number; readonly ci_level?: number };
}

/**
 * Which metric and which data a run has (spec 02 §2.1), strongest first: the command line, `eval.metric.kind`, the model
 * family, the loss. `auto` decides nothing.
 */
export function resolveMetric(inputs: {
  readonly config: unknown;
  readonly family: { readonly metric?: string; readonly provider?: string };
  readonly loss: string;
  readonly override?: string;
}): ResolvedMetric {
  const { config, family, loss } = inputs;
  const override = decided(inputs.override);
  const configured = decided(textAt(config, 'eval', 'metric', 'kind'));
  const provider = valueAt(config, 'dataset', 'provider');
  const named = isObject(provider) ? textAt(provider, 'kind') : provider;
  return {
    kind: (override ?? configured ?? family.metric ?? metricOfLoss(loss)).toLowerCase(),
    provider: (typeof named === 'string' && named) || family.provider || 'wikitext2',
    // Options belong to the configured metric, not to one that the command line put in its place.
    options: override === undefined ? optionsOf(valueAt(config, 'eval', 'metric')) : {},
  };
}

function decided(kind: string | undefined): string | undefined {
  return kind === undefined || kind.trim() === '' || kind.toLowerCase() === 'auto' ? undefined : kind;
}

function metricOfLoss(loss: string): string {
  const name = loss.toLowerCase();
  if (name === 'mlm') return 'ppl_mlm';
  return ['seq2seq', 's2s', 't5'].includes(name) ? 'ppl_seq2seq' : 'ppl_causal';
}

function optionsOf(metric: unknown): ResolvedMetric['options'] {
  const reps = finiteNumber(valueAt(metric, 'reps'));
  const ciLevel = finiteNumber(valueAt(metric, 'ci_level'));
  return { ...(reps === undefined ? {} : { reps }), ...(ciLevel === undefined ? {} : { ci_level: ciLevel }) };
}

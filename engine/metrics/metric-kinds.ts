/** What a kind of primary metric is (spec 02 §5.1). */
export interface MetricFacts {
  readonly unit: 'ppl' | 'accuracy';
  readonly direction: 'lower' | 'higher';
  readonly aggregation_scope: 'token' | 'example';
  readonly paired: true;
  /** The bound of the interval that must lie within the limit. */
  readonly gating_basis: 'upper' | 'lower';
  readonly supports_bootstrap: true;
}

const perplexity: MetricFacts = {
  unit: 'ppl',
  direction: 'lower',
  aggregation_scope: 'token',
  paired: true,
  gating_basis: 'upper',
  supports_bootstrap: true,
};

const accuracy: MetricFacts = {
  unit: 'accuracy',
  direction: 'higher',
  aggregation_scope: 'example',
  paired: true,
  gating_basis: 'lower',
  supports_bootstrap: true,
};

export const metricKinds = {
  ppl_causal: perplexity,
  ppl_mlm: perplexity,
  ppl_seq2seq: perplexity,
  accuracy,
  vqa_accuracy: accuracy,
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricKind = keyof typeof metricKinds;

/** The reference's default number of replicates and confidence level of a comparison. */
export const metricDefaults = { replicates: 2000, ciLevel: 0.95 } as const;

/** The kind of a name in any case; undefined for any other text. */
export function metricKindNamed(name: string): MetricKind | undefined {
  const kind = name.toLowerCase();
  return Object.hasOwn(metricKinds, kind) ? (kind as MetricKind) : undefined;
}

export function isAccuracyKind(kind: string): boolean {
  return kind === 'accuracy' || kind === 'vqa_accuracy';
}

export function isPplKind(kind: string): boolean {
  return kind.startsWith('ppl_');
}

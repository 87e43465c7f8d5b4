import type { AccuracyComparison, IdentifiedOutcome } from '../metrics/accuracy.ts';
import { finiteRatio, perplexity, weightedMeanLogloss } from '../metrics/aggregate.ts';
import { isAccuracyKind } from '../metrics/metric-kinds.ts';
import {
  attendedTokens,
  type BaselineComparison,
  type ComparisonBootstrap,
  compareWithBaseline,
  type IdentifiedLoss,
  pairLosses,
} from '../metrics/paired-baseline.ts';
import { evaluateTail, gatedQuantile, type TailResult } from '../metrics/tail.ts';
import { type Confidence, confidenceLabel } from '../policy/confidence.ts';
import { type Gate, pplGates } from '../policy/gates.ts';
import type { GuardFacts } from '../policy/guard-gates.ts';
import type { GateLimits } from '../policy/limits.ts';
import type { MetricsPolicy } from '../policy/tiers.ts';
import { evaluateAccuracy } from './evaluate-accuracy.ts';

export interface EvidenceInputs {
  readonly kind: string;
  readonly preview: readonly IdentifiedLoss[];
  readonly final: readonly IdentifiedLoss[];
  readonly baselineFinal: readonly IdentifiedLoss[];
  readonly bootstrap: ComparisonBootstrap;
  readonly limits: GateLimits;
  readonly metrics: MetricsPolicy;
  /** Tokens that the data could give, when known. */
  readonly tokensAvailable: number | undefined;
  /** Both arms have as many windows as the tier demands. */
  readonly coverageOk: boolean;
  /** Of labelled data, which accuracy is measured on. */
  readonly outcomes?: {
    readonly preview: readonly IdentifiedOutcome[];
    readonly final: readonly IdentifiedOutcome[];
    readonly baselineFinal: readonly IdentifiedOutcome[];
  };
  /** Examples that the data could give, when known. */
  readonly examplesAvailable?: number | undefined;
  readonly guards?: GuardFacts;
}

/** Everything that follows from the windows of two runs and a policy. */
export interface Evidence {
  readonly previewMean: number | null;
  readonly finalMean: number | null;
  readonly preview: number | null;
  readonly final: number | null;
  readonly baselineFinal: number | null;
  /** final ÷ baseline's final; of accuracy their difference. */
  readonly ratio: number | null;
  readonly comparison: BaselineComparison;
  /** Of accuracy: what changed, example by example; the difference in percentage points is what the gate compares. */
  readonly accuracy?: AccuracyComparison & { readonly deltaPp: number | null };
  readonly tail: TailResult;
  /** Too few replicates or tokens for the numbers to be steady (spec 02 §5.4). */
  readonly unstable: boolean;
  readonly gates: readonly Gate[];
  readonly confidence: Confidence;
}

const STEADY_REPLICATES = 200;

/**
 * Computes metric, comparison, tail, gates and confidence. The certificate is written from this,
 * and `verify` calls it again on the windows it finds in the certificate: one definition, so nothing can drift apart
 * (spec 04 CQ-03, CQ-14).
 */
export function evaluateEvidence(inputs: EvidenceInputs): Evidence {
  if (isAccuracyKind(inputs.kind)) return evaluateAccuracy(inputs);
  const previewMean = weightedMeanLogloss(inputs.preview);
  const finalMean = weightedMeanLogloss(inputs.final);
  const preview = perplexity(previewMean);
  const final = perplexity(finalMean);
  const baselineFinal = perplexity(weightedMeanLogloss(inputs.baselineFinal));
  const ratio = finiteRatio(final, baselineFinal);
  const comparison = compareWithBaseline(inputs.final, inputs.baselineFinal, inputs.bootstrap);
  const pairs = pairLosses(inputs.final, inputs.baselineFinal);
  const deltas = pairs.map((pair) => pair.subject - pair.baseline);
  const tail = evaluateTail(
    deltas,
    pairs.map((pair) => pair.weight),
    inputs.metrics.pm_tail,
  );
  const tokens = { preview: attendedTokens(inputs.preview), final: attendedTokens(inputs.final) };
  const unstable =
    inputs.bootstrap.replicates < STEADY_REPLICATES ||
    tokens.preview + tokens.final < inputs.metrics.pm_ratio.min_tokens;
  const gates = pplGates({
    limits: inputs.limits,
    metrics: inputs.metrics,
    ratio,
    ratioInterval: comparison.ratioInterval,
    drift: finiteRatio(final, preview),
    tokens: {
      ...tokens,
      ...(inputs.tokensAvailable === undefined ? {} : { available: inputs.tokensAvailable }),
      coverageOk: inputs.coverageOk,
    },
    tail: { ...tail, observed: gatedQuantile(deltas, inputs.metrics.pm_tail) },
    ...(inputs.guards ? { guards: inputs.guards } : {}),
  });
  const acceptable = gates.some(
    ({ name, outcome }) => name === 'primary_metric_acceptable' && outcome === 'pass',
  );
  const confidence = confidenceLabel({
    kind: inputs.kind,
    acceptable,
    displayInterval: comparison.ratioInterval,
    unstable,
  });
  return {
    previewMean,
    finalMean,
    preview,
    final,
    baselineFinal,
    ratio,
    comparison,
    tail,
    unstable,
    gates,
    confidence,
  };
}

/**
 * The flags of a certificate's `validation` block. A gate that was not evaluated has no flag: a flag that is true
 * would read as a pass.
 */
export function validationFlags(gates: readonly Gate[]): Readonly<Record<string, boolean>> {
  const decided = gates.filter(({ outcome }) => outcome !== 'not_evaluated');
  const flags = Object.fromEntries(decided.map(({ name, outcome }) => [name, outcome === 'pass']));
  return gates.some(({ hysteresisApplied }) => hysteresisApplied)
    ? { ...flags, hysteresis_applied: true }
    : flags;
}

/** What each evaluated gate was decided on, and why it failed (spec 02 EQ-05): the certificate's `gate_decisions`. */
export function gateDecisions(gates: readonly Gate[]): Readonly<Record<string, unknown>> {
  const evaluated = gates.filter(({ outcome }) => outcome !== 'not_evaluated');
  return Object.fromEntries(
    evaluated.map(({ name, outcome, measured, interval, limit, basis, reasons }) => [
      name,
      { outcome, measured, ...(interval ? { interval } : {}), ...(limit ? { limit } : {}), basis, reasons },
    ]),
  );
}

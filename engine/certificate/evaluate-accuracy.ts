import { type AccuracyComparison, accuracyOf, compareAccuracy } from '../metrics/accuracy.ts';
import { finiteRatio, weightedMeanLogloss } from '../metrics/aggregate.ts';
import { evaluateTail } from '../metrics/tail.ts';
import { accuracyGates } from '../policy/accuracy-gate.ts';
import { confidenceLabel } from '../policy/confidence.ts';
import type { Evidence, EvidenceInputs } from './evaluate-evidence.ts';

/** Below this many replicates intervals jump from run to run (spec 02 §5.4). */
const STEADY_REPLICATES = 200;

/**
 * Everything that follows from the outcomes of labelled examples (spec 02 §5.1, EQ-02 to EQ-04 fixed): accuracies are
 * proportions, `ratio_vs_baseline` is their difference, and gate, interval and confidence are in percentage points. The
 * tail is about log-losses of perplexity kinds, so it has nothing to evaluate here (spec 04 §2.5).
 */
export function evaluateAccuracy(inputs: EvidenceInputs): Evidence {
  const { outcomes, bootstrap, limits, metrics } = inputs;
  const [preview, final, baselineFinal] = [
    accuracyOf(outcomes?.preview ?? []),
    accuracyOf(outcomes?.final ?? []),
    accuracyOf(outcomes?.baselineFinal ?? []),
  ];
  const accuracy = compareAccuracy(outcomes?.final ?? [], outcomes?.baselineFinal ?? [], bootstrap);
  const isKnown = final !== null && baselineFinal !== null;
  const examples = outcomes?.final.length ?? 0;
  const available = inputs.examplesAvailable ?? examples + (outcomes?.preview.length ?? 0);
  const gates = accuracyGates({
    policy: metrics.accuracy,
    deltaPp: isKnown ? deltaPp(accuracy) : null,
    interval: accuracy.intervalPp,
    examples,
    available,
    limits,
    metrics,
    drift: finiteRatio(final, preview),
    ...(inputs.guards ? { guards: inputs.guards } : {}),
  });
  const unstable = bootstrap.replicates < STEADY_REPLICATES || examples < metrics.accuracy.min_examples;
  return {
    previewMean: weightedMeanLogloss(inputs.preview),
    finalMean: weightedMeanLogloss(inputs.final),
    preview,
    final,
    baselineFinal,
    ratio: isKnown ? final - baselineFinal : null,
    comparison: {
      pairs: accuracy.pairs,
      meanDelta: accuracy.delta,
      deltaInterval: accuracy.interval,
      ratioInterval: accuracy.intervalPp,
      options: { ...bootstrap, method: 'percentile', seed: bootstrap.seed + 503 },
    },
    accuracy: { ...accuracy, deltaPp: isKnown ? deltaPp(accuracy) : null },
    tail: evaluateTail([], undefined, metrics.pm_tail),
    unstable,
    gates,
    confidence: confidenceLabel({
      kind: inputs.kind,
      acceptable: gates.some(
        ({ name, outcome }) => name === 'primary_metric_acceptable' && outcome === 'pass',
      ),
      displayInterval: accuracy.intervalPp,
      unstable,
    }),
  };
}

/** From whole numbers, so that no digit is lost to the difference of two shares. */
function deltaPp({ pairs, lost, gained }: AccuracyComparison): number | null {
  return pairs === 0 ? null : (100 * (gained - lost)) / pairs;
}

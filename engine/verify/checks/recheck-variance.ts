import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, listAt, objectAt, valueAt } from '../../core/json-access.ts';
import { abGate } from '../../guards/variance/ab-gate.ts';
import { compareScaling } from '../../guards/variance/compare-scaling.ts';
import { settledPredictive } from '../../guards/variance/predictive-gate.ts';
import { variancePolicy } from '../../guards/variance/variance-policy.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt } from './compare.ts';

const LOSSES = 'the losses with and without scales in the certificate give';

/** What the variance guard found, again from the losses of the windows that it compared (spec 03 §5.8). */
export function varianceFindings(context: CheckContext): readonly Finding[] {
  const { certificate } = context;
  if (typeof valueAt(certificate, 'variance', 'passed') !== 'boolean') return [];
  const policy = variancePolicy(objectAt(certificate, 'resolved_policy', 'variance') ?? {}).value;
  const losses = objectAt(certificate, 'variance', 'ab_test', 'losses');
  const without = listAt(losses, 'without');
  if (!policy || !without) {
    const message = 'The certificate lacks the losses that its variance guard compared.';
    return [found('E602', '/variance/ab_test', message)];
  }
  const tried = listAt(losses, 'with_scales');
  const numbers = (list: readonly unknown[]) =>
    list.map((loss) => (isFiniteNumber(loss) ? loss : Number.NaN));
  const comparison = compareScaling(
    {
      without: numbers(without),
      withScales: tried && numbers(tried),
      tokenCounts: numbers(listAt(losses, 'token_counts') ?? []),
    },
    policy,
  );
  const predictive = settledPredictive(comparison.predictive, comparison.ratioInterval);
  const reason = abGate(comparison, policy, predictive.passed);
  return [
    ...compareAt(context, '/variance/gain', comparison.gain, LOSSES),
    ...compareAt(context, '/variance/ratio_ci', comparison.ratioInterval ?? undefined, LOSSES),
    ...compareAt(context, '/variance/predictive_gate', { ...comparison.predictive }, LOSSES),
    ...compareAt(
      context,
      '/variance/ab_decision',
      { would_help: tried !== undefined && reason === 'criteria_met', reason },
      LOSSES,
    ),
    // Nothing is ever scaled in the model that is certified.
    ...compareAt(context, '/variance/enabled', false, 'the certified model is the subject as it is stored:'),
  ];
}

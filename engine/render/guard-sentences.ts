import { compareCodePoints } from '../core/compare-code-points.ts';
import { numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';

/** What a guard measured, in a sentence behind what its verdict means; undefined where there is nothing to say. */
export function guardSentence(certificate: unknown, name: string): string | undefined {
  if (name === 'rmt') return riskSentence(certificate);
  if (name === 'variance') return scalingSentence(certificate);
  return textAt(certificate, name, 'attribution', 'sentence');
}

/** The family whose edge risk grew most beside its band. */
function riskSentence(certificate: unknown): string | undefined {
  const grown = Object.entries(objectAt(certificate, 'rmt', 'families') ?? {})
    .flatMap(([family, facts]) => {
      const delta = numberAt(facts, 'delta');
      const epsilon = numberAt(facts, 'epsilon');
      return delta === undefined || epsilon === undefined ? [] : [{ family, delta, epsilon }];
    })
    .sort(
      (a, b) =>
        b.delta / Math.max(b.epsilon, 1e-12) - a.delta / Math.max(a.epsilon, 1e-12) ||
        compareCodePoints(a.family, b.family),
    );
  const [most] = grown;
  if (!most) return undefined;
  return `The edge risk of ${most.family} grew most: ${percent(most.delta)} of the baseline's, where ${percent(most.epsilon)} are allowed.`;
}

/** What scaling would have done; the certified model is not scaled. */
function scalingSentence(certificate: unknown): string | undefined {
  const reason = textAt(certificate, 'variance', 'ab_decision', 'reason');
  if (reason === undefined) return undefined;
  const scales = Object.entries(objectAt(certificate, 'variance', 'proposed_scales_post_edit') ?? {});
  if (scales.length === 0) return 'No scale was proposed.';
  const tried = scales.map(([module, scale]) => `${module} by ${Number(scale).toFixed(3)}`).join(', ');
  const would = valueAt(certificate, 'variance', 'ab_decision', 'would_help') === true;
  return `Scaling ${tried} ${would ? 'would help' : 'would not help'} (${reason}); the certified model is not scaled.`;
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)} %`;
}

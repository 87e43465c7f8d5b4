import { isObject, numberAt, objectAt, textAt, valueAt } from '../../engine/core/json-access.ts';
import type { SkipRule } from './parity-types.ts';
import { makeCertificateSkips } from './skips-certificate-metrics.ts';
import { evidenceUnitSkips } from './skips-evidence-units.ts';

/** A rule about one certificate that is verified; the reference lets it pass, or stops for another reason. */
interface VerifyRule {
  readonly quirk: string;
  readonly why: string;
  /** Decided from the certificate and from the profile's strictness alone. */
  applies(certificate: unknown, isStrict: boolean): boolean;
  /** Beside the verdict, what of its entry cannot be the same; null: nothing of the entry can. */
  readonly alsoLeftOut?: readonly string[] | null;
}

const VERDICT = ['/exit_code', '/ok'];

/** Where the reference's `verify` is wrong by spec 04 §9, and ours decides differently. */
export const verifyRules: readonly VerifyRule[] = [
  {
    quirk: 'CQ-02',
    why: 'a failed gate is never in order',
    applies: (c) => Object.values(objectAt(c, 'validation') ?? {}).includes(false),
  },
  {
    quirk: 'CQ-08',
    why: 'a perplexity needs a value, and a baseline value to compare with',
    applies: (c) =>
      (textAt(c, 'primary_metric', 'kind') ?? '').startsWith('ppl') &&
      (numberAt(c, 'primary_metric', 'final') === undefined ||
        numberAt(c, 'baseline_ref', 'primary_metric', 'final') === undefined),
  },
  {
    quirk: 'EQ-10',
    why: 'a metric that is recorded as invalid certifies nothing',
    applies: (c) =>
      Boolean(valueAt(c, 'primary_metric', 'invalid')) ||
      textAt(c, 'primary_metric', 'degraded_reason') !== undefined,
  },
  {
    quirk: 'CQ-27, CQ-28, CQ-30',
    why: 'counts are integers, fractions are finite, booleans are not numbers',
    alsoLeftOut: ['/results/*/ratio_vs_baseline'],
    applies: (c) => {
      const stats = objectAt(c, 'dataset', 'windows', 'stats');
      const counts = [
        valueAt(c, 'dataset', 'windows', 'preview'),
        valueAt(stats, 'paired_windows'),
        valueAt(stats, 'coverage', 'preview', 'used'),
      ];
      return (
        typeof valueAt(c, 'primary_metric', 'ratio_vs_baseline') === 'boolean' ||
        Number.isNaN(valueAt(stats, 'window_match_fraction')) ||
        counts.some((count) => count !== undefined && count !== null && !Number.isInteger(count))
      );
    },
  },
  {
    quirk: 'CQ-23',
    why: 'a document that is no certificate at all is malformed, exit code 2, and nothing is read from it',
    alsoLeftOut: null,
    applies: (c) => !isObject(c) || ('validation' in c && !isObject(c.validation)),
  },
  {
    quirk: 'CQ-29',
    why: 'a guard that did not run proves nothing',
    applies: (c, isStrict) =>
      isStrict && ['spectral', 'rmt'].some((guard) => valueAt(c, guard, 'evaluated') !== true),
  },
  {
    quirk: 'CQ-07',
    why: 'a certificate cannot widen its own drift band',
    applies: (c, isStrict) => isStrict && valueAt(c, 'primary_metric', 'drift_band') !== undefined,
  },
  {
    quirk: 'CQ-46',
    why: 'findings are classified by code, not by a word in the text',
    applies: (c, isStrict) =>
      isStrict &&
      JSON.stringify(valueAt(c, 'meta', 'model_profile', 'cert_lints') ?? '').includes('mismatch'),
  },
  {
    quirk: 'CQ-03',
    why: 'embedded windows must be usable, and give the recorded value',
    applies: (c, isStrict) => {
      const final = objectAt(c, 'evaluation_windows', 'final');
      const losses = valueAt(final, 'logloss');
      const weights = valueAt(final, 'token_counts');
      if (!Array.isArray(losses) || !Array.isArray(weights) || losses.length !== weights.length) return false;
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const mean = losses.reduce((sum, loss, index) => sum + loss * weights[index], 0) / total;
      if (!Number.isFinite(mean)) return isStrict;
      return Math.abs(Math.exp(mean) - (numberAt(c, 'primary_metric', 'final') ?? 0)) > 1e-6;
    },
  },
];

const verifyFiles = ['verify-expected.json', 'verify-extra-expected.json'];

/** Where evidence differs from the reference's on purpose, and why (spec 04 §9). */
export const evidenceSkips: readonly SkipRule[] = [
  ...evidenceUnitSkips,
  ...makeCertificateSkips,
  ...verifyRules.flatMap(({ quirk, why, applies, alsoLeftOut = [] }) =>
    verifyFiles.map(
      (file): SkipRule => ({
        quirk,
        why,
        file,
        applies: ({ input }) =>
          input.certificates.some((certificate: unknown) => applies(certificate, input.isStrict)),
        ...(alsoLeftOut ? { fields: [...VERDICT, ...alsoLeftOut] } : {}),
      }),
    ),
  ),
  {
    quirk: 'CQ-26',
    why: 'a baseline that cannot be read, or has no digest, does not switch the comparison off',
    file: 'verify-extra-expected.json',
    applies: ({ input }) =>
      input.baseline !== undefined && !objectAt(input.baseline, 'provenance', 'provider_digest'),
  },
  ...verifyFiles.map(
    (file): SkipRule => ({
      quirk: 'CQ-30',
      why: 'an interval is two finite numbers, and its text is none',
      file,
      applies: ({ input }) => input.certificates.some(hasOddInterval),
      fields: ['/results/*/ci'],
    }),
  ),
];

function hasOddInterval(certificate: unknown): boolean {
  const bounds = valueAt(certificate, 'primary_metric', 'display_ci');
  return Array.isArray(bounds) && !bounds.every((bound) => Number.isFinite(bound));
}

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isObject, numberAt, objectAt, textAt, valueAt } from '../../../engine/core/json-access.ts';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import type { VerifyProfile } from '../../../engine/verify/check-context.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';

/** The reference's verdicts on 176 files under three profiles (spec 04 §8). */
interface Golden {
  readonly cases: Readonly<
    Record<string, { readonly profiles: Readonly<Record<string, { readonly exit_code: number }>> }>
  >;
}

const folder = new URL('../../golden/evidence/', import.meta.url);
const golden: Golden = JSON.parse(readFileSync(new URL('verify-expected.json', folder), 'utf8'));

interface Skip {
  readonly quirk: string;
  readonly why: string;
  /** Decided from the input alone. */
  applies(certificate: unknown, strict: boolean): boolean;
}

/** Where the reference is wrong by spec 04 §9, and ours decides differently: every file here must fail with us. */
const SKIPS: readonly Skip[] = [
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
    why: 'a document that is no certificate at all is malformed, exit code 2',
    applies: (c) => !isObject(c) || ('validation' in c && !isObject(c.validation)),
  },
  {
    quirk: 'CQ-29',
    why: 'a guard that did not run proves nothing',
    applies: (c, strict) =>
      strict && ['spectral', 'rmt'].some((guard) => valueAt(c, guard, 'evaluated') !== true),
  },
  {
    quirk: 'CQ-07',
    why: 'a certificate cannot widen its own drift band',
    applies: (c, strict) => strict && valueAt(c, 'primary_metric', 'drift_band') !== undefined,
  },
  {
    quirk: 'CQ-46',
    why: 'findings are classified by code, not by a word in the text',
    applies: (c, strict) =>
      strict && JSON.stringify(valueAt(c, 'meta', 'model_profile', 'cert_lints') ?? '').includes('mismatch'),
  },
  {
    quirk: 'CQ-03',
    why: 'embedded windows must be usable, and give the recorded value',
    applies: (c, strict) => {
      const final = objectAt(c, 'evaluation_windows', 'final');
      const losses = valueAt(final, 'logloss');
      const weights = valueAt(final, 'token_counts');
      if (!Array.isArray(losses) || !Array.isArray(weights) || losses.length !== weights.length) return false;
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const mean = losses.reduce((sum, loss, index) => sum + loss * weights[index], 0) / total;
      if (!Number.isFinite(mean)) return strict;
      return Math.abs(Math.exp(mean) - (numberAt(c, 'primary_metric', 'final') ?? 0)) > 1e-6;
    },
  },
];

const cases = Object.entries(golden.cases).flatMap(([name, { profiles }]) =>
  Object.entries(profiles).map(([profile, { exit_code }]) => {
    const bytes = readFileSync(new URL(`verify/${name}.json`, folder));
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const { value, findings } = readJson(text, { mode: 'lenient' });
    // A key that stands twice makes a document that two readers understand differently, so it is no certificate.
    const certificate =
      value && !findings.some(({ code }) => code === 'V502') ? plainValue(value) : undefined;
    const isText = !text.includes('\ufffd');
    const strict = profile !== 'dev';
    const skip = isText
      ? SKIPS.find((rule) => rule.applies(certificate, strict))
      : SKIPS.find(({ quirk }) => quirk === 'CQ-23');
    return { name, profile: profile as VerifyProfile, exitCode: exit_code, text, skip };
  }),
);

test.each(cases.filter(({ skip }) => !skip))(
  '$name under $profile exits with $exitCode',
  ({ name, profile, exitCode, text }) => {
    expect(verifyCertificate(text, { profile, file: name }).exitCode).toBe(exitCode);
  },
);

test.each(cases.filter(({ skip }) => skip))(
  '$name under $profile fails ($skip.quirk: $skip.why)',
  ({ name, profile, text }) => {
    expect(verifyCertificate(text, { profile, file: name }).ok).toBe(false);
  },
);

test('every rule is needed, and most cases are compared', () => {
  const used = new Set(cases.map(({ skip }) => skip?.quirk));
  expect(SKIPS.filter(({ quirk }) => !used.has(quirk))).toEqual([]);
  expect(cases.filter(({ skip }) => !skip).length).toBeGreaterThan(370);
});

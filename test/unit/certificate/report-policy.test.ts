import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { reportPolicy } from '../../../engine/certificate/report-policy.ts';
import { tierPolicies } from '../../../engine/policy/tiers.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const { balanced } = tierPolicies;
const strict = {
  ...balanced,
  metrics: { ...balanced.metrics, pm_ratio: { ...balanced.metrics.pm_ratio, ratio_limit_base: 1.001 } },
};

function subjectWith(policy: unknown) {
  const { baseline, subject } = makeReports();
  return { baseline, subject: { ...subject, context: { ...subject.context, policy } } };
}

test('a certificate is decided by the policy that the report records, and names what overrides the tier', () => {
  const pair = subjectWith({ resolved: strict, overrides: ['metrics.pm_ratio.ratio_limit_base'] });
  const { value } = buildCertificate({
    ...pair,
    generatedAt: new Date(0),
    environment: {},
    toolVersion: '0.1.0',
  });
  expect(value?.validation.primary_metric_acceptable).toBe(false);
  expect(value?.policy_provenance).toMatchObject({ overrides: ['metrics.pm_ratio.ratio_limit_base'] });
  expect(value?.resolved_policy).toMatchObject(strict);
});

test.each<[string, unknown, unknown]>([
  ['none', undefined, undefined],
  ['none that can be read', 'balanced', undefined],
  ['an empty one', { resolved: {} }, { policy: balanced, overrides: [] }],
  [
    'texts where numbers belong',
    { resolved: { metrics: { pm_ratio: { ratio_limit_base: '9' } }, rmt: 3 }, overrides: ['a', 1] },
    { policy: balanced, overrides: ['a'] },
  ],
])('%s', (_name, policy, expected) => {
  expect(reportPolicy(subjectWith(policy).subject)).toEqual(expected);
});

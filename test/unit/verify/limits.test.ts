import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { type Changes, forge, policyChanges } from '../../fixtures/forge-certificate.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const certificate = buildCertificate({
  ...makeReports(),
  generatedAt: new Date(2025, 10, 2, 12),
  environment: {},
  toolVersion: '0.1.0',
}).value!;

const tokens = { '/metrics/pm_ratio/min_tokens': 50_001 };
const caps = { '/spectral/max_caps': 50 };
const kappa = { '/spectral/family_caps/attn/kappa': 9 };
const band = { '/metrics/drift_band': { min: 0.8, max: 1.25 } };
const bounds = ['/metrics/drift_band/max', '/metrics/drift_band/min'];
const extra = { '/metrics/pm_ratio/min_tokens_tolerance': 0.5 };

/** Who names the value that differs, and what verify says about it. */
test.each<[overrides: string[], values: Changes, expected: string[]]>([
  [[], tokens, ['error /metrics/pm_ratio/min_tokens']],
  [['metrics.pm_ratio.ratio_limit_base'], tokens, ['error /metrics/pm_ratio/min_tokens']],
  [['metrics', 'metrics.pm_ratio', 'min_tokens'], tokens, ['error /metrics/pm_ratio/min_tokens']],
  [['metrics.pm_ratio.min_tokens'], tokens, ['warning /metrics/pm_ratio/min_tokens']],
  [['guards.metrics.pm_ratio.min_tokens'], tokens, ['warning /metrics/pm_ratio/min_tokens']],
  [[], caps, ['error /spectral/max_caps']],
  // No guard ran, so nothing was decided by the value.
  [['guards.spectral.max_caps'], caps, ['note /spectral/max_caps']],
  [['guards.spectral.family_caps.attn'], kappa, ['note /spectral/family_caps/attn/kappa']],
  [[], extra, ['error /metrics/pm_ratio/min_tokens_tolerance']],
  // No tier has a band of its own, so each bound has its name.
  [[], band, bounds.map((at) => `error ${at}`)],
  [['metrics.drift_band.min', 'metrics.drift_band.max'], band, bounds.map((at) => `warning ${at}`)],
  [['metrics.pm_ratio.min_tokens'], {}, []],
])('overrides %j of %j', (overrides, values, expected) => {
  expect(limitFindings(policyChanges(certificate, values, overrides))).toEqual(expected);
});

test('a part of the policy cannot be left out', () => {
  const { findings } = verifyCertificate(forge(certificate, { '/resolved_policy/variance': undefined }), {
    profile: 'dev',
  });
  expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain('V515');
});

test('a wider acceptance range is shown', () => {
  const text = forge(certificate, { '/primary_metric/acceptance_range': { min: 0.9, max: 3 } });
  const { findings } = verifyCertificate(text, { profile: 'dev' });
  const warning = findings.find(({ severity }) => severity === 'warning')!;
  expect(warning).toMatchObject({ code: 'V515', pointer: '/primary_metric/acceptance_range/max' });
  expect(warning.message).toContain('3; its policy has 1.1');
});

function limitFindings(changes: Changes): string[] {
  const { findings } = verifyCertificate(forge(certificate, changes), { profile: 'dev' });
  return findings
    .filter(({ code }) => code === 'V515')
    .map(({ severity, pointer }) => `${severity} ${pointer?.replace('/resolved_policy', '')}`);
}

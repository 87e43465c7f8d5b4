import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { makeReports } from '../../fixtures/run-report.ts';

function relaxed(profile: string) {
  const inputs = {
    generatedAt: new Date(2025, 10, 2),
    environment: {},
    toolVersion: '0.1.0',
    tinyRelax: true,
  };
  return buildCertificate({ ...makeReports({ profile, tokensPerWindow: 8 }), ...inputs }).value!;
}

test('INVARLOCK_TINY_RELAX is honoured under dev, recorded, and refused by verify under ci', () => {
  const certificate = relaxed('dev');
  expect(certificate.auto).toMatchObject({ tiny_relax: true });
  expect(certificate.provenance).toMatchObject({ flags: ['tiny_relax'] });
  expect(certificate.validation.primary_metric_acceptable).toBe(true);
  const codes = (profile: 'dev' | 'ci', severity: string) =>
    verifyCertificate(writeJson(certificate), { profile }).findings.filter(
      (finding) => finding.severity === severity,
    );
  expect(codes('dev', 'warning').map(({ code }) => code)).toEqual(['V515']);
  expect(codes('dev', 'error')).toEqual([]);
  expect(codes('ci', 'error').map(({ pointer }) => pointer)).toContain('/auto/tiny_relax');
});

test.each(['ci', 'ci_cpu', 'release'])('%s does not honour it', (profile) => {
  const certificate = relaxed(profile);
  expect('tiny_relax' in certificate.auto).toBe(false);
  expect(certificate.validation.primary_metric_acceptable).toBe(false);
});

import { expect, test } from 'vitest';
import { buildCertificate } from '../../../../engine/certificate/build-certificate.ts';
import { certificateLines } from '../../../../engine/cli/output/certificate-lines.ts';
import { telemetryLine } from '../../../../engine/cli/output/telemetry-line.ts';
import { makeStyle } from '../../../../engine/cli/output/terminal.ts';
import { certificateView } from '../../../../engine/render/certificate-view.ts';
import { makeReports } from '../../../fixtures/run-report.ts';

function certificateOf(shift: number) {
  const { value } = buildCertificate({
    ...makeReports({ shift }),
    generatedAt: new Date(0),
    environment: {},
    toolVersion: '0.1.0',
  });
  if (!value) throw new Error('the reports of this test cannot be certified');
  return value;
}

test.each([
  [0.02, 'PASS', '✅'],
  [0.5, 'FAIL', '❌'],
])('a certificate with a shift of %d is a %s in both styles', (shift, verdict, sign) => {
  const view = certificateView(certificateOf(shift));
  const audit = certificateLines(view, 'audit', makeStyle(false));
  expect(audit[0]).toBe(`[${verdict}] ${view.headline}`);
  for (const line of audit) expect(line).toMatch(/^\[(?:PASS|FAIL|WARN|INFO|METRIC)\] \S/u);
  expect(audit).toContainEqual(expect.stringMatching(`^\\[${verdict}\\] Gate Primary Metric Acceptable: `));
  expect(audit).toContainEqual(expect.stringMatching(/^\[INFO\] Guard Spectral Stability: not evaluated/u));
  expect(certificateLines(view, 'friendly', makeStyle(false))[0]).toBe(
    `${sign} ${verdict}  ${view.headline}`,
  );
});

test('the telemetry line has the fields of the reference', () => {
  expect(telemetryLine(certificateOf(0.02))).toMatch(
    /^INVARLOCK_TELEMETRY run_id=[0-9a-f]{16} metric=ppl_causal nprev=200 nfinal=200 tokens=51200 split=validation ci=1\.\d{3}-1\.\d{3} width=0\.\d{3} ratio=1\.\d{3} gate=pass$/u,
  );
  expect(telemetryLine({})).toBe('INVARLOCK_TELEMETRY run_id= metric= nprev=0 nfinal=0 tokens=0');
});

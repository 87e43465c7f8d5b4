import { expect, test } from 'vitest';
import type { Severity } from '../../../engine/core/findings.ts';
import { humanLines } from '../../../engine/verify/human-lines.ts';
import type { VerifyResult } from '../../../engine/verify/verify-result.ts';

function result(file: string, ...severities: readonly Severity[]): VerifyResult {
  const ok = !severities.includes('error');
  return {
    file,
    ok,
    exitCode: ok ? 0 : 1,
    reason: ok ? 'ok' : 'policy_fail',
    kind: 'ppl_causal',
    ratio_vs_baseline: null,
    ci: null,
    recompute: null,
    gates: {},
    findings: severities.map((severity) => ({ code: 'V505', severity, message: 'm' })),
  };
}

const good = result('good', 'warning', 'note');
const bad = result('bad', 'error', 'warning');
const line = (severity: Severity) => `  ↳ ${severity} V505: m`;

test.each<['quiet' | 'normal' | 'verbose', VerifyResult[], string[]]>([
  ['quiet', [good], []],
  ['normal', [good], ['PASS good', line('warning'), 'VERIFY OK metric=ppl_causal']],
  ['verbose', [good], ['PASS good', line('warning'), line('note'), 'VERIFY OK metric=ppl_causal']],
  ['quiet', [good, bad], ['FAIL bad', line('error')]],
  ['normal', [bad], ['FAIL bad', line('error'), line('warning')]],
])('%s', (detail, results, expected) => {
  expect(humanLines(results, detail)).toEqual(expected);
});

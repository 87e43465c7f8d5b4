import { expect, test } from 'vitest';
import { guardFacts } from '../../../engine/certificate/guard-facts.ts';
import { guardGates } from '../../../engine/policy/guard-gates.ts';

const missing = { evaluated: false, passed: null, status: 'not_evaluated', reason: 'No windows.' };
const passed = { evaluated: true, passed: true };

function gates(blocks: object, profile: string) {
  const all = { invariants: passed, spectral: passed, rmt: passed, guard_overhead: missing, ...blocks };
  const found = guardGates(guardFacts(all, profile), { maxCaps: 5, tinyRelax: false });
  return Object.fromEntries(found.map(({ name, outcome, reasons }) => [name, [outcome, ...reasons]]));
}

test.each<[string, object, string, object]>([
  [
    'what was not evaluated is open under dev',
    { rmt: missing },
    'dev',
    { rmt_stable: ['not_evaluated', 'No windows.'] },
  ],
  [
    'and has failed under ci',
    { rmt: missing },
    ' CI ',
    {
      rmt_stable: ['fail', 'the profile demands this guard, and it was not evaluated', 'No windows.'],
      guard_overhead_acceptable: ['not_evaluated', 'this guard did not run'],
    },
  ],
  [
    'a guard that failed says why, the grave things first',
    {
      spectral: {
        evaluated: true,
        passed: false,
        caps_applied: 1,
        max_caps: 5,
        top_violations: ['A.', 'B.', 'C.', 'D.'].map((message) => ({ severity: 'fatal', message })),
      },
      invariants: {
        evaluated: true,
        passed: false,
        failures: [
          { severity: 'warning', detail: { message: 'A type.' } },
          { severity: 'fatal', detail: { message: 'A head.' } },
        ],
      },
    },
    'dev',
    { spectral_stable: ['fail', 'A', 'B', 'C', 'and 1 more'], invariants_pass: ['fail', 'A head'] },
  ],
  [
    'a block without a verdict proves nothing',
    { spectral: { evaluated: true, caps_applied: 0 } },
    'release',
    { spectral_stable: ['fail', expect.any(String), 'this guard did not run'] },
  ],
])('%s', (_, blocks, profile, expected) => {
  expect(gates(blocks, profile)).toMatchObject(expected);
});

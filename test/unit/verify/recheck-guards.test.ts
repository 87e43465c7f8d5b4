import { expect, test } from 'vitest';
import { spectralResult } from '../../../engine/certificate/blocks/guard-blocks.ts';
import { outcomeOfRecords } from '../../../engine/guards/spectral/outcome-of-records.ts';
import { spectralPolicy } from '../../../engine/guards/spectral/spectral-policy.ts';
import type { WeightRecord } from '../../../engine/guards/spectral/weight-record.ts';
import { tierPolicies } from '../../../engine/policy/tiers.ts';
import type { CheckContext } from '../../../engine/verify/check-context.ts';
import { recheckGuards } from '../../../engine/verify/checks/recheck-guards.ts';

const { balanced } = tierPolicies;

const record = (layer: number, facts: Partial<WeightRecord> = {}): WeightRecord => ({
  weight: `h.${layer}.mlp.up.weight`,
  module: `h.${layer}.mlp.up`,
  role: 'linear',
  family: 'ffn',
  shape: [4, 4],
  norm_base: 2,
  norm: 2.1,
  distance: 0.1,
  changed_elements: 3,
  sigma_base: 1,
  sigma: 1.1,
  stable_rank_base: 4,
  stable_rank: 4,
  norm_collapse_base: 0.5,
  norm_collapse: 0.5,
  sigma_change: 1.1 / 1 - 1,
  stable_rank_change: 0,
  ...facts,
});

const checks = { parameter_count: 9, layer_norm_paths: ['a'], weight_tying: true };

/** A certificate of ours as far as guards are concerned. */
function certificate(changes: { spectral?: object; invariants?: object } = {}): unknown {
  const records = [0, 1, 2].map((layer) => record(layer));
  const { value } = spectralPolicy(balanced.spectral);
  const block = spectralResult('balanced', outcomeOfRecords(records, value!));
  return JSON.parse(
    JSON.stringify({
      integrity: {},
      evaluation_windows: {},
      gate_decisions: {},
      auto: { tier: 'balanced' },
      resolved_policy: balanced,
      spectral: { ...block, evaluated: true, ...changes.spectral },
      invariants: {
        passed: true,
        status: 'pass',
        failures: [],
        details: { baseline_checks: checks, current_checks: checks },
        ...changes.invariants,
      },
    }),
  );
}

function found(document: unknown): string[] {
  const context = { certificate: document, tolerance: 1e-9 } as CheckContext;
  return [...new Set(recheckGuards(context).map(({ pointer }) => pointer ?? ''))];
}

const weights = (facts: Partial<WeightRecord>) => [record(0, facts), record(1), record(2)];
const fatal = { check: 'x', type: 'shape_mismatch', severity: 'fatal' };
const untied = { ...checks, weight_tying: false };

test('what was written is what is reached again', () => {
  expect(found(certificate())).toEqual([]);
});

test.each<[string, { spectral?: object; invariants?: object }, string]>([
  ['a verdict', { spectral: { passed: false } }, '/spectral/passed'],
  ['a distance beyond its limit', { spectral: { weights: weights({ distance: 0.9 }) } }, '/spectral/passed'],
  [
    'a singular value',
    { spectral: { weights: weights({ sigma: 1.2 }) } },
    '/spectral/weights/0/sigma_change',
  ],
  [
    'a weight that moved and counts as untouched',
    { spectral: { weights: weights({ changed_elements: 0 }) } },
    '/spectral/weights/0/changed_elements',
  ],
  ['no weights', { spectral: { weights: [] } }, '/spectral/weights'],
  ['a weight that is not whole', { spectral: { weights: [{ weight: 'a' }] } }, '/spectral/weights'],
  ['another attribution', { spectral: { attribution: {} } }, '/spectral/attribution/sentence'],
  ['a fatal violation beside a pass', { invariants: { failures: [fatal] } }, '/invariants/passed'],
  [
    'checks that differ without a violation',
    { invariants: { details: { baseline_checks: checks, current_checks: untied } } },
    '/invariants/failures',
  ],
  ['no checks', { invariants: { details: {} } }, '/invariants/details'],
])('%s', (_, changes, pointer) => {
  expect(found(certificate(changes))).toContain(pointer);
});

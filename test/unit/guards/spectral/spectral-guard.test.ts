import { expect, test } from 'vitest';
import { judgeSpectral, prepareSpectral } from '../../../../engine/guards/spectral/spectral-guard.ts';
import { spectralPolicy } from '../../../../engine/guards/spectral/spectral-policy.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';

const degeneracy = { stable_rank: 4, norm_collapse: 0.5 };

/** A model whose decoder stands out among the other modules of its family. */
const baseline = [
  ...Array.from({ length: 12 }, (_, layer) => ({
    path: `bert.encoder.layer.${layer}.output.dense`,
    className: 'Linear',
    sigma: 2 + 0.1 * (layer % 3),
    degeneracy,
  })),
  ...Array.from({ length: 12 }, (_, head) => ({
    path: `heads.${head}`,
    className: 'Linear',
    sigma: 1 + 0.01 * (head % 3),
    degeneracy,
  })),
  { path: 'decoder', className: 'Linear', sigma: 9, degeneracy },
];

function judge(
  change: (path: string, sigma: number) => number,
  tier: 'balanced' | 'conservative' = 'balanced',
) {
  const { value: policy, findings } = spectralPolicy(tierPolicies[tier].spectral);
  expect(findings).toEqual([]);
  const subject = baseline.map((one) => ({ ...one, sigma: change(one.path, one.sigma) }));
  return judgeSpectral(prepareSpectral(baseline, policy!), subject, policy!);
}

test('an unedited model passes without a violation, though one module stands out', () => {
  const { passed, action, violations } = judge((_, sigma) => sigma);
  expect({ passed, action, violations }).toEqual({ passed: true, action: 'continue', violations: [] });
});

test('a module that stood out and moved is a violation, and only that', () => {
  const { violations } = judge((path, sigma) => (path === 'decoder' ? 3 * sigma : sigma));
  expect(violations.map(({ module, type }) => [module, type])).toEqual([['decoder', 'family_z_cap']]);
});

test('feed-forward layers of BERT are in scope ffn, and six of them beyond the cap fail', () => {
  const { passed, metrics } = judge(
    (path, sigma) => (/layer\.[0-5]\./u.test(path) ? 3 * sigma : sigma),
    'conservative',
  );
  expect(metrics.modules_checked).toBe(12);
  expect([passed, metrics.caps_applied, metrics.caps_exceeded]).toEqual([false, 6, true]);
});

test('a cap of 0 gives way to the usual one and is shown as such', () => {
  expect(judge((_, sigma) => sigma).metrics.family_caps.other).toEqual({ kappa: 3 });
});

test.each([
  [{ multiple_testing: { method: 'holm' } }, '/guards/spectral/multiple_testing/method'],
  [{ multiple_testing: { alpha: 0 } }, '/guards/spectral/multiple_testing/alpha'],
  [{ scope: 'everything' }, '/guards/spectral/scope'],
  [{ deadband: 'wide' }, '/guards/spectral/deadband'],
  [{ family_caps: 3 }, '/guards/spectral/family_caps'],
  [{ kappa: 2 }, '/guards/spectral/kappa'],
])('%o is refused', (raw, pointer) => {
  const { findings } = spectralPolicy(raw);
  expect(findings.map(({ code, pointer: place }) => [code, place])).toEqual([['E501', pointer]]);
});

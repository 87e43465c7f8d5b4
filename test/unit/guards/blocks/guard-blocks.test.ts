import { expect, test } from 'vitest';
import { guardVerdict } from '../../../../engine/guards/blocks/guard-entry.ts';
import { rmtBlock } from '../../../../engine/guards/blocks/rmt-block.ts';
import { spectralBlock } from '../../../../engine/guards/blocks/spectral-block.ts';

const contract = {
  estimator: { type: 'power_iter', iters: 3, init: 'ones' },
  activation_sampling: { windows: { count: 8, indices_policy: 'evenly_spaced' } },
};

test.each([
  ['no entry', undefined, [false, 'not_evaluated', false], null],
  [
    'could not be prepared',
    { passed: false, metrics: { prepared: false } },
    [false, 'not_evaluated', false],
    false,
  ],
  ['stable', { passed: true, metrics: { prepared: true, stable: true } }, [true, 'stable', true], true],
  [
    'unstable',
    { passed: false, metrics: { prepared: true, stable: false } },
    [false, 'unstable', true],
    false,
  ],
  [
    'nothing to compare',
    { passed: null, metrics: { prepared: false } },
    [false, 'not_evaluated', false],
    null,
  ],
])('rmt: %s', (_, entry, expected, verdict) => {
  const { stable, status, evaluated } = rmtBlock({ tier: 'balanced', entry });
  expect([stable, status, evaluated]).toEqual(expected);
  expect(guardVerdict(entry)).toBe(verdict);
});

test('contracts match only where both arms have one', () => {
  const entry = { metrics: { measurement_contract: contract } };
  const match = (baseline?: object) =>
    rmtBlock({ tier: 'balanced', entry, baseline: { ...baseline } }).measurement_contract_match;
  expect(match()).toBeUndefined();
  expect(match({ measurement_contract: contract })).toBe(true);
  expect(
    match({ measurement_contract: { ...contract, estimator: { ...contract.estimator, iters: 4 } } }),
  ).toBe(false);
});

test('spectral shows the settings that were used, and the tier where nothing was', () => {
  const used = { metrics: { sigma_quantile: 0.5, max_caps: 9 } };
  expect(spectralBlock({ tier: 'balanced', entry: used })).toMatchObject({
    sigma_quantile: 0.5,
    max_caps: 9,
  });
  expect(spectralBlock({ tier: 'conservative', entry: undefined })).toMatchObject({
    sigma_quantile: 0.9,
    max_caps: 3,
    evaluated: false,
  });
});

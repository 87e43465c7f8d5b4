import { expect, test } from 'vitest';
import { attributeChange } from '../../../../engine/guards/spectral/attribute-change.ts';
import { judgeWeights } from '../../../../engine/guards/spectral/judge-weights.ts';
import { familyDistances } from '../../../../engine/guards/spectral/paired-limits.ts';
import { spectralPolicy } from '../../../../engine/guards/spectral/spectral-policy.ts';
import type { WeightRecord } from '../../../../engine/guards/spectral/weight-record.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';

function record(weight: string, facts: Partial<WeightRecord> = {}): WeightRecord {
  const module = weight.replace(/\.weight$/u, '');
  const isMatrix = facts.role === undefined || facts.role === 'linear';
  return {
    weight,
    module,
    role: 'linear',
    family: /mlp/u.test(weight) ? 'ffn' : 'attn',
    shape: [4, 4],
    norm_base: 2,
    norm: 2,
    distance: 0,
    changed_elements: 0,
    ...(isMatrix
      ? {
          sigma_base: 1,
          sigma: 1,
          stable_rank_base: 4,
          stable_rank: 4,
          norm_collapse_base: 0.5,
          norm_collapse: 0.5,
          sigma_change: 0,
          stable_rank_change: 0,
        }
      : {}),
    ...facts,
  };
}

const names = [0, 1, 2, 3].flatMap((layer) => [`h.${layer}.attn.q.weight`, `h.${layer}.mlp.up.weight`]);

function judge(changes: Readonly<Record<string, Partial<WeightRecord>>>, limits: object = {}) {
  const records = names.map((name) =>
    record(name, changes[name] && { changed_elements: 1, ...changes[name] }),
  );
  const { balanced } = tierPolicies;
  const raw = { ...balanced.spectral, paired: { ...(balanced.spectral.paired as object), ...limits } };
  const { value, findings } = spectralPolicy(raw);
  expect(findings).toEqual([]);
  const { passed, violations } = judgeWeights(records, value!);
  return [passed, ...violations.map(({ type, module, family }) => `${type} ${module || family}`)];
}

const inAll = (part: string, distance: number) =>
  Object.fromEntries(names.filter((name) => name.includes(part)).map((name) => [name, { distance }]));

test.each<[string, Readonly<Record<string, Partial<WeightRecord>>>, object, unknown[]]>([
  ['nothing', {}, {}, [true]],
  ['a matrix far away', { [names[0]!]: { distance: 0.6 } }, {}, [false, 'paired_distance h.0.attn.q']],
  ['the same without a limit', { [names[0]!]: { distance: 0.6 } }, { distance: null }, [true]],
  [
    'a matrix whose largest singular value halves',
    { [names[1]!]: { sigma_change: -0.51, distance: 0.1 } },
    {},
    [false, 'paired_sigma_change h.0.mlp.up'],
  ],
  ['all of a family a little', inAll('mlp', 0.31), {}, [false, 'paired_family_distance ffn']],
  ['all of a family that may', inAll('attn', 0.31), {}, [true]],
  ['a value that is no number', { [names[0]!]: { distance: null, sigma_change: null } }, {}, [true]],
])('%s', (_, changes, limits, expected) => {
  expect(judge(changes, limits)).toEqual(expected);
});

test('the weight of a norm has a limit, a bias has none', () => {
  const { value } = spectralPolicy(tierPolicies.balanced.spectral);
  const moved = { distance: 3, changed_elements: 4, shape: [4] };
  const verdict = (facts: Partial<WeightRecord>) =>
    judgeWeights([record('n.weight', { ...moved, ...facts })], value!).passed;
  expect([verdict({ role: 'norm', family: 'norm' }), verdict({ role: 'vector', family: 'vector' })]).toEqual([
    false,
    true,
  ]);
});

test('a family is as far away as its matrices are together, weighed by their norms', () => {
  const records = [
    record('h.0.mlp.up.weight', { norm_base: 3, distance: 1 }),
    record('h.1.mlp.up.weight', { norm_base: 4, distance: 0 }),
  ];
  expect(familyDistances(records)).toEqual({ ffn: 0.6 });
});

test.each<[string, WeightRecord[], object, RegExp]>([
  ['nothing', [record('h.0.mlp.up.weight')], { changed_weights: 0 }, /^No weight differs/u],
  [
    'one weight',
    [record('h.0.mlp.up.weight', { changed_elements: 3, distance: 0.2 }), record('h.1.mlp.up.weight')],
    { changed_weights: 1, layer: 'h.0' },
    /^Only h\.0\.mlp\.up\.weight differs from the baseline, in 3 of 16 elements\.$/u,
  ],
  [
    'a layer of which one weight holds a value that is no number',
    [
      record('h.0.mlp.up.weight', { changed_elements: 3, distance: null }),
      record('h.0.attn.q.weight', { changed_elements: 3, distance: 9 }),
    ],
    { farthest: ['h.0.mlp.up.weight', 'h.0.attn.q.weight'] },
    /all of them in h\.0; the farthest is h\.0\.mlp\.up\.weight, which holds values/u,
  ],
  [
    'an adapter that was merged, with a bias',
    [
      record('h.0.attn.q.weight', { changed_elements: 16, distance: 0.1, difference_rank: 2 }),
      record('h.1.attn.q.weight', { changed_elements: 16, distance: 0.1, difference_rank: 4 }),
      record('h.1.attn.q.bias', { changed_elements: 4, distance: 0.1, role: 'vector' }),
    ],
    { low_rank: 4 },
    /Each change of a matrix has a rank of at most 4/u,
  ],
])('attribution: %s', (_, records, expected, sentence) => {
  const found = attributeChange(records);
  expect(found).toMatchObject(expected);
  expect(found.sentence).toMatch(sentence);
});

import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { decodeFloats, readTensor } from '../../../engine/artifacts/safetensors/read-tensor.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import { lowRankFactors, mergeLowRank } from '../../../engine/edits/low-rank.ts';
import { planEdit } from '../../../engine/edits/plan-edit.ts';
import { asMatrix } from '../../../engine/guards/common/matrix.ts';
import { differenceRank } from '../../../engine/guards/weights/difference-rank.ts';
import { legacyGauss } from '../../../engine/numerics/legacy-gauss.ts';
import { Mt19937 } from '../../../engine/numerics/mt19937.ts';
import { tinyGpt2 } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('low-rank');

test('normal numbers are those of NumPy’s RandomState(11)', () => {
  const next = legacyGauss(Mt19937.fromWord(11));
  const expected = [
    1.7494547413051793, -0.28607299681629417, -0.4845651322211443, -2.653318559261479, -0.00828462937293584,
  ];
  expect(expected.map(next)).toEqual(expected);
});

test('the factors depend on names and seed, not on the order of the matrices', () => {
  const shapes: [string, [number, number]][] = [
    ['b', [3, 4]],
    ['a', [2, 5]],
  ];
  const one = lowRankFactors(new Map(shapes), 2, 7);
  const other = lowRankFactors(new Map([...shapes].reverse()), 2, 7);
  expect(other.get('a')).toEqual(one.get('a'));
  expect(other.get('b')).toEqual(one.get('b'));
  expect(lowRankFactors(new Map(shapes), 2, 8).get('a')).not.toEqual(one.get('a'));
});

test('a matrix of zeros stays one', () => {
  const factors = lowRankFactors(new Map([['w', [2, 3]]]), 1, 0).get('w')!;
  expect([...mergeLowRank(new Float32Array(6), [2, 3], factors, 0.5)]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('an adapter is merged into the attention of the trained model: as large and of as low a rank as asked for', async () => {
  const outFolder = `${root}/out`;
  const { value, findings } = await applyEdit(nodeFiles, {
    kind: 'low_rank',
    rank: 4,
    relativeNorm: 0.12,
    seed: 11,
    modelFolder: tinyGpt2,
    outFolder,
  });
  expect(findings).toEqual([]);
  expect(value?.edit).toEqual({
    kind: 'low-rank-delta',
    rank: 4,
    relative_norm: 0.12,
    where: 'attention',
    seed: 11,
    stored_as: 'float32',
  });
  const parts = ['c_attn', 'c_proj'];
  expect(value?.changed.map(({ name }) => name)).toEqual(
    [0, 1, 2, 3].flatMap((layer) => parts.map((part) => `transformer.h.${layer}.attn.${part}.weight`)),
  );
  const [before, after] = [
    await openCheckpoint(nodeFiles, tinyGpt2),
    await openCheckpoint(nodeFiles, outFolder),
  ];
  for (const { name } of value!.changed) {
    const [own, other] = [before, after].map((model) => model.value!.tensors.get(name)!);
    const w = decodeFloats(await readTensor(nodeFiles, own!), 'F32');
    const edited = decodeFloats(await readTensor(nodeFiles, other!), 'F32');
    const change = Math.hypot(...w.map((weight, at) => edited[at]! - weight));
    expect(change / Math.hypot(...w)).toBeCloseTo(0.12, 5);
    expect(differenceRank(asMatrix(own!.shape, w), asMatrix(own!.shape, edited))).toBe(4);
  }
});

test.each<[string, object]>([
  ['no direction', { rank: 0 }],
  ['half a direction', { rank: 1.5 }],
  ['more directions than low is', { rank: 257 }],
  ['a change of nothing', { relativeNorm: 0 }],
  ['a change larger than the matrix', { relativeNorm: 1.01 }],
  ['a seed below 0', { seed: -1 }],
  ['a seed of more than one word', { seed: 2 ** 32 }],
])('%s is refused', (_, change) => {
  const { value, findings } = planEdit({ kind: 'low_rank', modelFolder: '/m', outFolder: '/o', ...change });
  expect([value, findings.map(({ code }) => code)]).toEqual([undefined, ['X613']]);
});

test('options of other edits are refused', () => {
  const { findings } = planEdit({ kind: 'low_rank', bits: 4, sparsity: 0.5, modelFolder: '', outFolder: '' });
  expect(findings.map(({ code }) => code)).toEqual(['X610', 'X610']);
});

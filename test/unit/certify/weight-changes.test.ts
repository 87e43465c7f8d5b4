import { beforeAll, expect, test } from 'vitest';
import { weightChanges } from '../../../engine/certify/weight-changes.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import type { EditRequest } from '../../../engine/edits/plan-edit.ts';
import type { WeightChanges } from '../../../engine/edits/weight-changes.ts';
import { surveyWeights } from '../../../engine/guards/weights/survey-weights.ts';
import type { ModelSource } from '../../../engine/models/model-source.ts';
import { openModel } from '../../../engine/models/open-model.ts';
import { weightChangesText } from '../../../engine/render/weight-changes-text.ts';
import type { CheckContext } from '../../../engine/verify/check-context.ts';
import { checkWeightChanges } from '../../../engine/verify/checks/weight-changes.ts';
import { tinyGpt2 } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const root = temporaryFolder('weight-changes');
let baseline: ModelSource;
beforeAll(async () => {
  baseline = (await openModel(nodeFiles, tinyGpt2)).value!;
});

async function changesOf(subject: ModelSource | undefined): Promise<WeightChanges> {
  const estimator = { type: 'power_iter', iters: 1, init: 'ones' } as const;
  return weightChanges(
    surveyWeights({ files: nodeFiles, baseline, ...(subject && { subject }), estimator, onTensor: () => {} }),
  );
}

async function edited(name: string, edit: Partial<EditRequest> & { kind: string }): Promise<ModelSource> {
  const outFolder = `${root}/${name}`;
  await applyEdit(nodeFiles, { ...edit, modelFolder: tinyGpt2, outFolder });
  return (await openModel(nodeFiles, outFolder)).value!;
}

const nothing = { observed_bits: null, observed_sparsity: null, observed_rank: null };
const rtn = { kind: 'quant_rtn' };
const reference = { ...rtn, granularity: 'reference' };

test.each<[string, Partial<EditRequest> & { kind: string }, number, object, RegExp]>([
  ['int8', rtn, 16, { ...nothing, observed_bits: 8 }, /rounded to 8 bits, a scale per column$/u],
  [
    'int4',
    { ...rtn, bits: 4, granularity: 'tensor' },
    16,
    { ...nothing, observed_bits: 4 },
    /a scale per tensor$/u,
  ],
  ['rows', { ...reference, scope: 'attn' }, 8, { ...nothing, observed_bits: 8 }, /8 bits, a scale per row$/u],
  [
    'groups',
    { ...reference, bits: 4, groupSize: 32 },
    8,
    { ...nothing, observed_bits: 4 },
    /4 bits, a scale per group of 32$/u,
  ],
  [
    'pruned',
    { kind: 'prune', sparsity: 0.6 },
    16,
    { ...nothing, observed_sparsity: expect.closeTo(0.6, 3) },
    /; pruned: 60\.0 % of the changed matrices are zero$/u,
  ],
  [
    'merged',
    { kind: 'low_rank', rank: 3 },
    8,
    { ...nothing, observed_rank: 3 },
    /adapter: 3 directions at most$/u,
  ],
])('%s: how the weights were changed is seen in them', async (name, edit, count, observed, text) => {
  const weights = await changesOf(await edited(name, edit));
  expect(weights).toMatchObject({ evaluated: true, tensors: 52, tensors_changed: count, ...observed });
  if (!weights.evaluated) throw new Error('not evaluated');
  const [first] = Object.values(weights.changed);
  expect(first).toMatchObject({
    changed: expect.any(Number),
    baseline_sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
    subject_sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
  });
  expect(first?.baseline_sha256).not.toBe(first?.subject_sha256);
  expect(weightChangesText({ edit: { weights } })).toMatch(text);
  // `verify` computes what they have in common again.
  const findings = (document: object) =>
    checkWeightChanges({ certificate: { edit: { weights: document } }, tolerance: 0 } as CheckContext);
  expect(findings(weights)).toEqual([]);
  for (const key of Object.keys(nothing))
    expect(findings({ ...weights, [key]: 7 })).toMatchObject([
      { code: 'E602', pointer: `/edit/weights/${key}` },
    ]);
  expect(findings({ ...weights, changed: {} }).length).toBeGreaterThan(0);
  expect(findings({ ...weights, changed: { w: {} } })).toMatchObject([{ code: 'V520' }]);
  expect(findings({ ...weights, tensors: 1 })).toMatchObject([{ pointer: '/edit/weights/tensors' }]);
});

test('equal models have no change, and one model alone has nothing to compare with', async () => {
  const same = await changesOf(baseline);
  expect(same).toEqual({
    evaluated: true,
    tensors: 52,
    tensors_changed: 0,
    largest_distance: null,
    farthest: null,
    ...nothing,
    changed: {},
  });
  expect(weightChangesText({ edit: { weights: same } })).toBe('none of 52 tensors');
  const alone = await changesOf(undefined);
  expect(alone).toEqual({ evaluated: false, reason: expect.stringContaining('no second model') });
  expect(weightChangesText({ edit: { weights: alone } })).toMatch(/^not evaluated: /u);
  expect(weightChangesText({ edit: {} })).toBeUndefined();
});

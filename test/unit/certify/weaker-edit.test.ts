import { expect, test } from 'vitest';
import type { EditOptions, PlannedEdit } from '../../../engine/certify/planned-edit.ts';
import { weakerEdit } from '../../../engine/certify/weaker-edit.ts';
import { planEdit } from '../../../engine/edits/plan-edit.ts';

/** Names of an edit and of all that `--until-pass` would try after it. */
function ladder(options: EditOptions): string[] {
  const plan = planEdit({ ...options, modelFolder: '', outFolder: '' }).value;
  if (!plan) throw new Error('the edit of this test is wrong');
  const names: string[] = [];
  let edit: PlannedEdit | undefined = { options, plan };
  while (edit) {
    names.push(edit.plan.name);
    edit = weakerEdit(edit);
  }
  return names;
}

test.each<[EditOptions, string[]]>([
  [{ kind: 'prune', sparsity: 0.08 }, ['prune8', 'prune4', 'prune2', 'prune1']],
  [{ kind: 'prune', sparsity: 0.015 }, ['prune1.5']],
  [{ kind: 'low_rank', relativeNorm: 0.04, rank: 2 }, ['low-rank2', 'low-rank2', 'low-rank2']],
  [
    { kind: 'quant_rtn', granularity: 'tensor', bits: 3 },
    ['int3-rtn-tensor', 'int3-rtn', 'int5-rtn', 'int7-rtn', 'int8-rtn'],
  ],
  [
    { kind: 'quant_rtn', granularity: 'reference', bits: 4, groupSize: 16, scope: 'all' },
    ['int4-rtn-reference-all', 'int6-rtn-reference-all', 'int8-rtn-reference-all', 'int8-rtn-reference-ffn'],
  ],
  [{ kind: 'quant_rtn', granularity: 'reference', scope: 'attn' }, ['int8-rtn-reference-attn']],
])('%o is tried as %j', (options, expected) => {
  expect(ladder(options)).toEqual(expected);
});

import { expect, test } from 'vitest';
import { editNamed, editNotApplied, plannedEdit } from '../../../engine/certify/planned-edit.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';

const file = '/project/run.yaml';

function configOf(edit: string) {
  const { value } = parseConfig(`edit: ${edit}\n`, { file });
  if (!value) throw new Error('the configuration of this test is wrong');
  return value;
}

test.each<[string, string, string]>([
  ['quant_rtn', '{name: quant_rtn}', 'int8-rtn-reference-ffn'],
  ['quant_rtn', '{name: quant_rtn, plan: {bitwidth: 4, scope: all}}', 'int4-rtn-reference-all'],
  ['quant_rtn', '{name: quant_rtn, plan: {bits: 4, group_size: 16}}', 'int4-rtn-reference-ffn'],
  ['quant', '{name: noop}', 'int8-rtn-reference-ffn'],
  ['quant_rtn', '{name: quant_rtn, plan: {granularity: channel, bitwidth: 6}}', 'int6-rtn'],
  ['quant_rtn', '{name: quant_rtn, plan: {granularity: tensor}}', 'int8-rtn-tensor'],
  [
    'quant_rtn',
    '{name: quant_rtn, plan: {per_channel: true, seed: 1, max_modules: 0}}',
    'int8-rtn-reference-ffn',
  ],
  ['prune', '{name: prune, plan: {sparsity: 0.2}}', 'prune20'],
  ['low_rank', '{name: low_rank}', 'low-rank4'],
  ['low_rank', '{name: low_rank, plan: {rank: 2, relative_norm: 0.5, seed: 3}}', 'low-rank2'],
])('--edit %s over %s is %s', (name, edit, expected) => {
  const { value, findings } = plannedEdit(name, configOf(edit));
  expect([value?.plan.name, findings]).toEqual([expected, []]);
});

test('groups and a number of modules reach the plan', () => {
  const { value } = plannedEdit(
    'quant_rtn',
    configOf('{name: quant_rtn, plan: {bitwidth: 4, group_size: 16, clamp_ratio: 0.1, max_modules: 4}}'),
  );
  expect(value?.plan).toMatchObject({ groupSize: 16, clampRatio: 0.1, maxModules: 4 });
  expect(value?.plan.record).toMatchObject({ group_size: 16, max_modules: 4 });
});

test('groups beside eight bits are pointed out and do not count', () => {
  const { value, findings } = plannedEdit('quant_rtn', configOf('{name: quant_rtn, plan: {group_size: 16}}'));
  expect(value?.plan.name).toBe('int8-rtn-reference-ffn');
  expect(findings).toMatchObject([{ code: 'X608', severity: 'note', file, range: {} }]);
});

test.each<[string, string, string, string]>([
  ['prune', '{name: prune}', 'X603', 'edit.plan.sparsity must be above 0 and below 1, but is missing.'],
  ['prune', '{name: other, plan: {bitwidth: 8}}', 'X610', 'edit.plan.bitwidth belongs to the edit quant_rtn'],
  ['quant_rtn', '{name: other, plan: {bitwidth: 9}}', 'X602', 'edit.plan.bitwidth must be a whole number'],
  ['quant_rtn', '{name: other, plan: {sparsness: 1}}', 'X612', 'edit.plan has no key "sparsness"'],
  [
    'quant_rtn',
    '{name: other, plan: {granularity: tensor, scope: all}}',
    'X605',
    'edit.plan.scope goes with',
  ],
  ['low_rank', '{name: other, plan: {relative_norm: 2}}', 'X613', 'edit.plan.relative_norm must be above 0'],
  ['low_rank', '{name: other, plan: {seed: -1}}', 'X613', 'edit.plan.seed must be a whole number'],
  ['mixed', '{name: noop}', 'X601', 'There is no edit "mixed"'],
])('--edit %s over %s is refused with %s', (name, edit, code, message) => {
  const { value, findings } = plannedEdit(name, configOf(edit));
  expect(value).toBeUndefined();
  expect(findings).toContainEqual(
    expect.objectContaining({ code, severity: 'error', message: expect.stringContaining(message) }),
  );
});

test.each([
  ['{name: quant_rtn}', ['U716']],
  ['{name: quant}', ['U716']],
  ['{name: noop}', []],
  // Somebody else's edit was made elsewhere, and nothing could apply it.
  ['{name: lora_merge}', []],
])('a run of a file with edit %s', (edit, codes) => {
  expect(editNotApplied(configOf(edit)).map(({ code }) => code)).toEqual(codes);
});

test.each([
  [' Quant_RTN ', 'quant_rtn'],
  ['quant', 'quant_rtn'],
  ['prune', 'prune'],
  ['NOOP', 'noop'],
  ['orchestrator', undefined],
])('%j names %s', (name, expected) => {
  expect(editNamed(name)).toBe(expected);
});

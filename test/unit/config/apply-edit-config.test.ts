import { expect, test } from 'vitest';
import { applyEditConfig } from '../../../engine/config/apply-edit-config.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';

function load(text: string, file: string) {
  const { value, findings } = parseConfig(text, { file });
  if (!value) throw new Error(JSON.stringify(findings));
  return value;
}

const base = load(
  'model: {id: base, adapter: hf_causal}\ndataset: {provider: wikitext2, seq_len: 8}\nguards: {rmt: {margin: 1}}\n',
  '/project/run.yaml',
);

/** The codes of the findings, and what the merged configuration holds. */
function check(overlay: string, codes: readonly string[], expected?: object): void {
  const { value, findings } = applyEditConfig(base, load(overlay, '/project/edit.yaml'));
  expect(findings.map(({ code }) => code)).toEqual(codes);
  if (expected) expect(value?.data).toMatchObject(expected);
  else expect(value).toBeUndefined();
}

test('an edit and its guards are laid over', () =>
  check('edit: {name: quant_rtn, plan: {bitwidth: 8}}\nguards: {rmt: {deadband: 0.3}}\n', [], {
    edit: { name: 'quant_rtn', plan: { bitwidth: 8 } },
    guards: { rmt: { margin: 1, deadband: 0.3 } },
  }));
test('values keep the file in which they are written', () => {
  const { value } = applyEditConfig(base, load('edit: {name: quant_rtn}\n', '/project/edit.yaml'));
  expect(value?.origin('/edit/name')?.file).toBe('/project/edit.yaml');
  expect(value?.origin('/dataset/seq_len')?.file).toBe('/project/run.yaml');
});
test('a model of its own does not count, and says so', () =>
  check('model: {id: other, torch_dtype: float16}\n', ['C143'], {
    model: { id: 'base', torch_dtype: 'float16', adapter: 'hf_causal' },
  }));
test('a placeholder for the model says nothing', () =>
  check('model: {id: "<MODEL_ID>"}\n', [], { model: { id: 'base' } }));
test('the windows of the configuration may be repeated', () =>
  check('dataset: {seq_len: 8}\n', [], { dataset: { provider: 'wikitext2', seq_len: 8 } }));
test.each([
  'dataset: {seq_len: 16}',
  'dataset: {seed: 1}',
  'eval: {bootstrap: {alpha: 0.5}}',
  'primary_metric: {drift_band: [0.5, 2]}',
  'auto: {tier: aggressive}',
])('other windows or limits are refused: %s', (overlay) => check(overlay, ['C144']));
test('empty sections say nothing', () => check('eval:\nauto:\n', [], {}));

import { expect, test } from 'vitest';
import { structuralDeltas } from '../../../engine/certificate/structural-deltas.ts';

const modules = (...paths: string[]) =>
  Object.fromEntries(paths.map((path) => [path, { bitwidth: 4, group_size: 32, params: 2 ** 20 }]));

test.each([
  ['the plan', { plan: { scope: 'all' }, plan_digest: 'rtn_4bit_ffn' }, {}, 'all', undefined],
  ["the plan's digest", { plan_digest: 'rtn_4bit_attn' }, {}, 'attn', 'plan_digest'],
  ['modules of one kind', {}, modules('h.0.mlp.c_fc'), 'ffn', 'bitwidth_map'],
  ['modules of two kinds', {}, modules('h.0.mlp.c_fc', 'h.0.attn.c_proj'), 'attn+ffn', 'bitwidth_map'],
  ['modules of no kind', {}, modules('lm_head'), 'all', 'bitwidth_map'],
  ['nothing', {}, {}, 'unknown', undefined],
])('the scope comes from %s', (_, edit, map, scope, source) => {
  const report = { edit: { name: 'quant_rtn', ...edit, deltas: { params_changed: 1, bitwidth_map: map } } };
  expect(structuralDeltas(report).compression_diagnostics).toMatchObject({
    target_analysis: { scope },
    inferred: { scope: source !== undefined },
    ...(source ? { inference_source: { scope: source } } : {}),
  });
});

test('packed modules are counted, with what they save', () => {
  const deltas = { params_changed: 9, bitwidth_map: modules('h.0.mlp.c_fc', 'h.1.mlp.c_fc') };
  const { bitwidth_analysis: bits, compression_diagnostics: diagnostics } = structuralDeltas({
    edit: { name: 'quant_rtn', deltas },
  });
  expect(bits).toMatchObject({ total_modules: 2, bitwidths_used: [4], avg_bitwidth: 4 });
  expect(diagnostics).toMatchObject({
    algorithm_details: { modules_quantized: 2, quantization_type: 'grouped', estimated_memory_saved_mb: 7 },
  });
});

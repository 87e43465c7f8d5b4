import { expect, test } from 'vitest';
import { pluginItems } from '../../../engine/cli/plugin-inventory.ts';

const named = (items: ReturnType<typeof pluginItems>) => items.map(({ name }) => name);

test.each([
  ['guards', ['invariants', 'rmt', 'spectral', 'variance'], []],
  ['edits', ['low_rank', 'noop', 'prune', 'quant_rtn'], []],
  [
    'adapters',
    ['auto', 'auto_hf', 'hf_auto', 'hf_causal', 'hf_causal_onnx', 'hf_mlm', 'hf_seq2seq'],
    ['hf_awq', 'hf_bnb', 'hf_gptq'],
  ],
  [
    'datasets',
    [
      'hf_seq2seq',
      'hf_text',
      'local_jsonl',
      'local_jsonl_pairs',
      'local_jsonl_tasks',
      'seq2seq',
      'synthetic',
      'wikitext2',
    ],
    [],
  ],
] as const)('%s: what is ready and what is to come', (category, ready, later) => {
  const items = pluginItems(category);
  expect(named(items.filter(({ status }) => status === 'ready'))).toEqual(ready);
  expect(named(items.filter(({ status }) => status !== 'ready'))).toEqual(later);
});

test('all are the four kinds together, sorted by name; only a ready adapter has a backend', () => {
  const all = pluginItems('all');
  const parts = (['guards', 'edits', 'adapters', 'datasets'] as const).flatMap((kind) => pluginItems(kind));
  expect(new Set(all)).toEqual(new Set(parts));
  expect(all).toHaveLength(parts.length);
  expect(named(all)).toEqual(named(all).sort());
  expect(all.filter(({ backend }) => backend !== null).map(({ name }) => name)).toEqual([
    'auto',
    'auto_hf',
    'hf_auto',
    'hf_causal',
    'hf_causal_onnx',
    'hf_mlm',
    'hf_seq2seq',
  ]);
});

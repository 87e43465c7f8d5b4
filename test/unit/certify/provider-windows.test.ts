import { expect, test } from 'vitest';
import { buildSchedule } from '../../../engine/certify/build-schedule.ts';
import { providerWindows } from '../../../engine/certify/provider-windows.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { RunSettings } from '../../../engine/config/run-settings.ts';
import type { ModelTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const tokenizer = {
  encode: (text: string, limit = 1e9) =>
    [...new TextEncoder().encode(text)].slice(0, limit).map((byte) => byte + 3),
  padId: 0,
  special: { vocabSize: 300, maskId: 299, specialIds: [0] },
} as unknown as ModelTokenizer;

function settings(dataset: string, profile = 'dev', environment: Record<string, string> = {}): RunSettings {
  const text = `model: {id: m}\ndataset: {${dataset}}\n`;
  const config = parseConfig(text, { file: '/data/run.yaml' }).value;
  const { value, findings } = resolveRunSettings(config!, { profile, tier: 'balanced', environment });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return value!;
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `the river runs past window ${at} and on`);
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

test.each([
  ['wiki.valid.raw', lines(40).join('\n')],
  ['wikitext-2-raw-v1/validation.txt', lines(40).join('\n')],
  [
    'validation.jsonl',
    lines(40)
      .map((text) => `${JSON.stringify({ text })}\n`)
      .join(''),
  ],
])('wikitext2 is read from %s', async (name, content) => {
  const files = new MemoryFiles({ [`/data/cache/${name}`]: content });
  const run = settings('provider: wikitext2, cache_dir: cache, seq_len: 32, preview_n: 5, final_n: 5');
  const { value, findings } = await providerWindows(files, run, tokenizer, 'causal');
  expect(findings).toEqual([]);
  expect([...(value?.preview ?? []), ...(value?.final ?? [])].map(({ id }) => id)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  expect(value?.stratification).toBeDefined();
});

test.each(['', ', cache_dir: empty'])('wikitext2 without a copy says what it needs (%s)', async (option) => {
  const run = settings(`provider: wikitext2, seq_len: 32, preview_n: 5, final_n: 5${option}`);
  const { value, findings } = await providerWindows(new MemoryFiles(), run, tokenizer, 'causal');
  expect([value, codes(findings)]).toEqual([undefined, ['T310']]);
});

test('synthetic makes as many texts as a run asks for, and says that they are made up', async () => {
  const run = settings('provider: synthetic, seq_len: 200, preview_n: 60, final_n: 60');
  const { value, findings } = await providerWindows(new MemoryFiles(), run, tokenizer, 'causal');
  expect([value?.preview.length, value?.final.length]).toEqual([60, 60]);
  expect(codes(findings)).toEqual(['T312']);
});

test('a masked model has masked windows of every provider', async () => {
  const run = settings('provider: synthetic, seq_len: 64, preview_n: 5, final_n: 5');
  const { value } = await providerWindows(new MemoryFiles(), run, tokenizer, 'mlm');
  for (const { labels = [] } of value?.preview ?? [])
    expect(labels.some((label) => label !== -100)).toBe(true);
});

test('the examples of seq2seq carry their targets in both arms', async () => {
  const run = settings('provider: {kind: seq2seq, tgt_len: 5}, seq_len: 16, preview_n: 3, final_n: 3');
  const { value } = await providerWindows(new MemoryFiles(), run, tokenizer, 'seq2seq');
  for (const { labels = [] } of [...(value?.preview ?? []), ...(value?.final ?? [])]) {
    expect(labels.filter((label) => label !== -100).length).toBeGreaterThan(0);
  }
});

test('a release lowers the counts to what its data gives, and below the floor it stops', async () => {
  const provider = (count: number) => ({
    files: new MemoryFiles({
      '/data/t.jsonl': lines(count)
        .map((text) => `${JSON.stringify({ text })}\n`)
        .join(''),
    }),
    run: settings('provider: local_jsonl, file: t.jsonl, seq_len: 64', 'release'),
  });
  const enough = provider(700);
  const { value } = await providerWindows(enough.files, enough.run, tokenizer, 'causal');
  expect(value?.plan).toMatchObject({
    requested_preview: 400,
    actual_preview: 296,
    capacity: { calibration: 24 },
  });
  expect([value?.preview.length, value?.final.length]).toEqual([296, 296]);
  const few = provider(300);
  const refused = await providerWindows(few.files, few.run, tokenizer, 'causal');
  expect([refused.value, codes(refused.findings)]).toEqual([undefined, ['E303']]);
});

test('below the floors ci stops and dev warns', async () => {
  const content = [...lines(350), ...lines(70)].map((text) => `${JSON.stringify({ text })}\n`).join('');
  const files = new MemoryFiles({ '/data/t.jsonl': content });
  const context = { loss: 'causal', configFile: '/data/run.yaml' } as const;
  const dataset = 'provider: local_jsonl, file: t.jsonl, seq_len: 64, preview_n: 210, final_n: 210';
  // Seventy windows repeat others, and what is left is below the floor of 180.
  const ci = await buildSchedule(files, settings(dataset, 'ci'), tokenizer, context);
  expect([ci.value, new Set(codes(ci.findings))]).toEqual([undefined, new Set(['E005'])]);
  const dev = await buildSchedule(files, settings(dataset), tokenizer, context);
  expect(dev.value?.preview.length).toBe(140);
  expect(dev.findings.every(({ severity }) => severity === 'warning')).toBe(true);
});

test.each([
  ['dev', 0],
  ['nightly', 2],
])('counts below the floors that no rule looked at are warned about: %s', async (profile, warned) => {
  const files = new MemoryFiles({
    '/data/t.jsonl': lines(40)
      .map((text) => `${JSON.stringify({ text })}\n`)
      .join(''),
  });
  const run = settings(
    'provider: local_jsonl, file: t.jsonl, seq_len: 64, preview_n: 20, final_n: 20',
    profile,
  );
  const context = { loss: 'causal', configFile: '/data/run.yaml' } as const;
  const { value, findings } = await buildSchedule(files, run, tokenizer, context);
  expect(value?.preview.length).toBe(20);
  expect(findings.filter(({ message }) => message.includes('windows; the tier'))).toHaveLength(warned);
});

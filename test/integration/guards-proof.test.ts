import { expect, test } from 'vitest';
import { nodeFiles } from '../../engine/core/node-files.ts';
import type { FileReader } from '../../engine/core/ports.ts';
import type { TierName } from '../../engine/policy/tiers.ts';
import { knownEdit, type ModelName, provenModels } from '../fixtures/known-edits.ts';
import { opened, runWeightGuards, surveyed } from '../fixtures/run-guard-chain.ts';

/**
 * The proof of the guards on weights: edits that are known to be harmless and harmful, on the four small models, through
 * the chain as a run has it. docs/guards.md has the same table with the measured values.
 */
async function check(name: ModelName, edit: string, tiers: readonly TierName[]) {
  const { folder } = provenModels[name];
  const edited = await knownEdit(name, edit);
  const baseline = await opened(nodeFiles, folder);
  const subject = await opened(edited.files, edited.folder);
  const files: FileReader = {
    ...nodeFiles,
    readBytes: (file, range) =>
      (file.startsWith(edited.folder) ? edited.files : nodeFiles).readBytes(file, range),
    facts: (file) => (file.startsWith(edited.folder) ? edited.files : nodeFiles).facts(file),
  };
  const weights = surveyed(files, baseline, subject);
  const found = await Promise.all(
    tiers.map(async (tier) => {
      const outcomes = await runWeightGuards({ files, baseline, subject, weights, vocabSize: 2048 }, tier);
      const failed = [...outcomes].filter(([, { status }]) => status !== 'passed').map(([entry]) => entry);
      return failed.filter((entry) => entry !== 'invariants_post').join(' ') || 'passes';
    }),
  );
  const outcomes = await runWeightGuards({ files, baseline, subject, weights, vocabSize: 2048 });
  const attribution = outcomes.get('spectral')?.details.attribution as Record<string, unknown>;
  return { verdicts: [...new Set(found)], attribution };
}

const all: readonly TierName[] = ['conservative', 'balanced', 'aggressive'];

test.each<[ModelName, string, string]>([
  ['gpt2', 'int8', 'passes'],
  ['gpt2', 'prune20', 'passes'],
  ['gpt2', 'prune60', 'spectral'],
  ['gpt2', 'untied', 'invariants'],
  ['llama', 'copy', 'passes'],
  ['llama', 'int8', 'passes'],
  ['llama', 'int4', 'passes'],
  ['llama', 'int3', 'spectral'],
  ['llama', 'prune60', 'spectral'],
  ['llama', 'scale3', 'spectral'],
  ['llama', 'retied', 'invariants spectral'],
  ['bert', 'int8', 'passes'],
  ['bert', 'int4', 'passes'],
  ['bert', 'scale3', 'spectral'],
  ['t5', 'int8', 'passes'],
  ['t5', 'int4', 'passes'],
  ['t5', 'prune60', 'spectral'],
])('%s, %s: %s', async (name, edit, expected) => {
  const { verdicts } = await check(name, edit, all);
  expect(verdicts).toEqual([expected]);
});

test('one tensor that changed is the one that is named', async () => {
  const { attribution } = await check('llama', 'nan', ['balanced']);
  expect(attribution).toMatchObject({
    changed_weights: 1,
    layer: 'model.layers.2',
    sentence: 'Only model.layers.2.mlp.down_proj.weight differs from the baseline, in 1 of 45056 elements.',
  });
});

test('a low-rank merge passes, is noticed, and is attributed to the matrices that it changed', async () => {
  const { verdicts, attribution } = await check('llama', 'lora', all);
  expect(verdicts).toEqual(['passes']);
  expect(attribution).toMatchObject({ changed_weights: 16, low_rank: 4 });
  expect(attribution.farthest).toEqual(
    expect.arrayContaining([expect.stringMatching(/self_attn\.[qkvo]_proj\.weight$/u)]),
  );
});

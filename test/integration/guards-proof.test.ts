import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../engine/core/node-files.ts';
import type { FileReader } from '../../engine/core/ports.ts';
import { layerMatrices } from '../../engine/edits/edit-targets.ts';
import { pruneByMagnitude } from '../../engine/edits/prune.ts';
import { quantizeRtn } from '../../engine/edits/quant-rtn.ts';
import type { TierName } from '../../engine/policy/tiers.ts';
import { type EditableTensor, editedCheckpoint } from '../fixtures/edited-checkpoint.ts';
import { projectRoot } from '../fixtures/run-cli.ts';
import { opened, runWeightGuards, surveyed } from '../fixtures/run-guard-chain.ts';

/**
 * The proof of the guards on weights: edits that are known to be harmless and harmful, on the four small models, through
 * the chain as a run has it. docs/guards.md has the same table with the measured values.
 */
const models = {
  gpt2: { folder: path.join(projectRoot, 'examples/models/tiny-gpt2'), layer: 'transformer.h.2.' },
  llama: { folder: path.join(projectRoot, 'test/fixtures/models/tiny-llama'), layer: 'model.layers.2.' },
  bert: { folder: path.join(projectRoot, 'test/fixtures/models/tiny-bert'), layer: 'bert.encoder.layer.2.' },
  t5: { folder: path.join(projectRoot, 'test/fixtures/models/tiny-t5'), layer: 'encoder.block.1.' },
};
type ModelName = keyof typeof models;

type Change = (tensor: EditableTensor, all: ReadonlyMap<string, EditableTensor>) => Float32Array | undefined;

/** Edits of the matrices of attention and feed-forward layers, and of single tensors. */
async function changeOf(name: ModelName, edit: string): Promise<Change> {
  const { folder, layer } = models[name];
  const { value } = await openCheckpoint(nodeFiles, folder);
  const { names, outputAxis } = layerMatrices(value!);
  const inLayers =
    (change: (tensor: EditableTensor) => Float32Array): Change =>
    (tensor) =>
      names.has(tensor.name) ? change(tensor) : undefined;
  const rtn = (bits: number, granularity: 'channel' | 'tensor') =>
    inLayers(({ values, shape }) =>
      quantizeRtn(values, shape as [number, number], { bits, granularity, outputAxis }),
    );
  const [first] = [...names].filter((one) => one.startsWith(layer)).sort();
  const edits: Record<string, Change> = {
    copy: () => undefined,
    int8: rtn(8, 'channel'),
    int4: rtn(4, 'tensor'),
    int3: rtn(3, 'tensor'),
    prune20: inLayers(({ values }) => pruneByMagnitude(values, 0.2)),
    prune60: inLayers(({ values }) => pruneByMagnitude(values, 0.6)),
    scale3: ({ name: one, values }) =>
      names.has(one) && one.startsWith(layer) ? values.map((value) => 3 * value) : undefined,
    nan: ({ name: one, values }) =>
      one === first ? values.map((value, index) => (index === 389 ? Number.NaN : value)) : undefined,
    lora: (tensor) =>
      /attn|attention/iu.test(tensor.name) ? inLayers(addLowRank)(tensor, new Map()) : undefined,
    retied: ({ name: one }, all) =>
      one === 'lm_head.weight' ? all.get('model.embed_tokens.weight')?.values : undefined,
    untied: () => undefined,
  };
  return edits[edit]!;
}

/** Four directions with 12 % of the norm, as a merged adapter adds them. */
function addLowRank({ shape, values }: EditableTensor): Float32Array {
  const [rows = 1, columns = 1] = shape;
  const delta = Float64Array.from(values, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return [1, 2, 3, 4].reduce(
      (sum, k) => sum + Math.sin(k * 7.3 * (row + 1)) * Math.cos(k * 5.1 * (column + 1)),
      0,
    );
  });
  const norm = (of: ArrayLike<number>) =>
    Math.hypot(...Array.from({ length: of.length }, (_, at) => of[at]!));
  const share = (0.12 * norm(values)) / norm(delta);
  return values.map((value, at) => value + share * (delta[at] ?? 0)).slice(0, rows * columns);
}

const untied = (all: ReadonlyMap<string, EditableTensor>): EditableTensor[] => {
  const table = all.get('transformer.wte.weight')!;
  const values = table.values.map((value, index) => value + 0.002 * Math.sin(index));
  return [{ name: 'lm_head.weight', shape: table.shape, values }];
};

async function check(name: ModelName, edit: string, tiers: readonly TierName[]) {
  const { folder } = models[name];
  const isUntied = edit === 'untied';
  const edited = await editedCheckpoint(folder, await changeOf(name, edit), {
    ...(isUntied ? { config: { tie_word_embeddings: false }, added: untied } : {}),
  });
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

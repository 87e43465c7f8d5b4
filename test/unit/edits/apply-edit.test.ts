import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { decodeFloats, readTensor } from '../../../engine/artifacts/safetensors/read-tensor.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { applyEdit } from '../../../engine/edits/apply-edit.ts';
import type { EditRequest } from '../../../engine/edits/plan-edit.ts';
import type { Runtime } from '../../../engine/runtime/runtime-port.ts';
import { evaluateFolder, startTestEngine, tinyGpt2 } from '../../fixtures/engine.ts';
import { smallGpt2, writeSmallModel } from '../../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

interface Subject {
  readonly sha256: string;
  readonly ppl_preview: number;
  readonly tensors_changed: number;
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/edits/tiny-gpt2-subjects.json', import.meta.url), 'utf8'),
) as {
  baseline: { ppl_preview: number };
  subjects: Record<string, Subject>;
};
const root = temporaryFolder('edits');

const subjects: [string, Partial<EditRequest> & { kind: string }][] = [
  ['int8-rtn', { kind: 'quant_rtn' }],
  ['int4-rtn-tensor', { kind: 'quant_rtn', bits: 4, granularity: 'tensor' }],
  ['int3-rtn-tensor', { kind: 'quant_rtn', bits: 3, granularity: 'tensor' }],
  ['prune20', { kind: 'prune', sparsity: 0.2 }],
  ['prune60', { kind: 'prune', sparsity: 0.6 }],
];

test.each(subjects)('%s of the trained model is equal to the last bit', async (name, request) => {
  const outFolder = `${root}/${name}`;
  const { value, findings } = await applyEdit(nodeFiles, { ...request, modelFolder: tinyGpt2, outFolder });
  expect(findings).toEqual([]);
  expect(value).toMatchObject({ name, sha256: golden.subjects[name]?.sha256, modelType: 'gpt2' });
  expect(value?.changed).toHaveLength(golden.subjects[name]!.tensors_changed);
  const record = JSON.parse(readFileSync(`${outFolder}/edit.json`, 'utf8')) as Record<string, unknown>;
  expect(record).toMatchObject({
    name,
    base: 'gpt2',
    sha256: value?.sha256,
    base_sha256: value?.baseSha256,
    tensors_changed: 16,
  });
  expect(readdirSync(outFolder)).toEqual([
    'config.json',
    'edit.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(readdirSync(root).filter((file) => file.includes('partial'))).toEqual([]);
});

describe('perplexity on held-out text', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await startTestEngine(2);
  });
  afterAll(() => runtime.close());

  /** The first 128 tokens of the first 400 documents: how the golden numbers were measured. */
  function windows(): number[][] {
    const read = (file: string): object => JSON.parse(readFileSync(`${tinyGpt2}/${file}`, 'utf8')) as object;
    const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
    const text = readFileSync(new URL('../../../examples/data/heldout.jsonl', import.meta.url), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          tokenizer.encode((JSON.parse(line) as { text: string }).text, { add_special_tokens: false }).ids,
      )
      .filter((ids) => ids.length >= 128)
      .slice(0, 400)
      .map((ids) => ids.slice(0, 128));
  }

  async function pplOf(folder: string): Promise<number> {
    const losses = await evaluateFolder(runtime, folder, windows());
    return Math.exp(losses.reduce((sum, loss) => sum + loss.loss!, 0) / losses.length);
  }

  test('of the baseline and of an edited model', async () => {
    const outFolder = `${root}/for-ppl`;
    await applyEdit(nodeFiles, { kind: 'quant_rtn', modelFolder: tinyGpt2, outFolder });
    expect(Math.abs((await pplOf(tinyGpt2)) / golden.baseline.ppl_preview - 1)).toBeLessThan(1e-6);
    expect(Math.abs((await pplOf(outFolder)) / golden.subjects['int8-rtn']!.ppl_preview - 1)).toBeLessThan(
      1e-6,
    );
  });
});

test('the reference kernel edits the feed-forward matrices only', async () => {
  const outFolder = `${root}/reference`;
  const { value } = await applyEdit(nodeFiles, {
    kind: 'quant_rtn',
    granularity: 'reference',
    modelFolder: tinyGpt2,
    outFolder,
  });
  expect(value?.name).toBe('int8-rtn-reference-ffn');
  expect(value?.changed.map((change) => change.name)).toEqual(
    [0, 1, 2, 3].flatMap((i) => ['c_fc', 'c_proj'].map((part) => `transformer.h.${i}.mlp.${part}.weight`)),
  );
  // A row's scale is its largest/127, and rounding is off by half of it at most.
  const { value: model } = await openCheckpoint(nodeFiles, tinyGpt2);
  for (const change of value!.changed) {
    const tensor = model!.tensors.get(change.name)!;
    const weights = decodeFloats(await readTensor(nodeFiles, tensor), 'F32');
    const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    expect(change.maxError).toBeGreaterThan(0);
    expect(change.maxError).toBeLessThanOrEqual((largest / 127 / 2) * (1 + 1e-6));
  }
});

test('scope all changes a tied embedding with the head', async () => {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2());
  const { value } = await applyEdit(files, {
    kind: 'quant_rtn',
    granularity: 'reference',
    scope: 'all',
    modelFolder: '/m',
    outFolder: '/out',
  });
  const names = value?.changed.map((change) => change.name) ?? [];
  expect(names).toContain('transformer.wte.weight');
  // 8 × 8 is below the reference's 100 elements.
  expect(names).not.toContain('transformer.h.0.attn.c_proj.weight');
});

test.each(['F16', 'BF16'] as const)('a %s model stays one', async (dtype) => {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2(), dtype);
  const { value } = await applyEdit(files, {
    kind: 'quant_rtn',
    bits: 4,
    modelFolder: '/m',
    outFolder: '/out',
  });
  expect(value?.changed).toHaveLength(8);
  expect(value?.edit.stored_as).toBe(`dequantised ${dtype}`);
  expect(files.contents.get('/out/model.safetensors')?.length).toBe(
    files.contents.get('/m/model.safetensors')?.length,
  );
});

const refused: [string, Partial<EditRequest>, string][] = [
  ['an unknown kind', { kind: 'distil' }, 'X601'],
  ['one bit', { bits: 1 }, 'X602'],
  ['nine bits', { bits: 9 }, 'X602'],
  ['half a bit', { bits: 2.5 }, 'X602'],
  ['bits that are no number', { bits: Number.NaN }, 'X602'],
  ['an unknown granularity', { granularity: 'row' }, 'X604'],
  ['an unknown scope', { granularity: 'reference', scope: 'head' }, 'X605'],
  ['a scope without the reference kernel', { scope: 'ffn' }, 'X605'],
  ['a clamp ratio above a half', { granularity: 'reference', clampRatio: 0.6 }, 'X608'],
  ['a group size with 8 bits', { granularity: 'reference', groupSize: 32 }, 'X608'],
  ['a group size without the reference kernel', { groupSize: 32 }, 'X608'],
  ['bits of a pruning', { kind: 'prune', sparsity: 0.5, bits: 4 }, 'X610'],
  ['a granularity of a pruning', { kind: 'prune', sparsity: 0.5, granularity: 'tensor' }, 'X610'],
  ['a scope of a pruning', { kind: 'prune', sparsity: 0.5, scope: 'ffn' }, 'X610'],
  ['a group size of a pruning', { kind: 'prune', sparsity: 0.5, groupSize: 32 }, 'X610'],
  ['a clamp ratio of a pruning', { kind: 'prune', sparsity: 0.5, clampRatio: 0 }, 'X610'],
  ['a sparsity of a quantisation', { sparsity: 0.5 }, 'X610'],
  ['an output inside the model', { outFolder: '/m/edited' }, 'X611'],
  ['an output deep inside the model', { outFolder: '/m/a/../b/c' }, 'X611'],
  ['no sparsity', { kind: 'prune' }, 'X603'],
  ['sparsity 0', { kind: 'prune', sparsity: 0 }, 'X603'],
  ['sparsity 1', { kind: 'prune', sparsity: 1 }, 'X603'],
  ['sparsity in percent', { kind: 'prune', sparsity: 60 }, 'X603'],
  ['a sparsity that is no number', { kind: 'prune', sparsity: Number.NaN }, 'X603'],
  ['a missing model', { modelFolder: '/nowhere' }, 'M200'],
  ['an output folder with something in it', { outFolder: '/full' }, 'U704'],
  ['an output that is a file', { outFolder: '/full/file' }, 'U704'],
  ['the model itself as output', { outFolder: '/m' }, 'U704'],
  ['a family without a row', { modelFolder: '/opt' }, 'X606'],
  ['a model without matrices', { modelFolder: '/empty' }, 'X607'],
];

test.each(refused)('%s is refused and nothing is written', async (_, change, code) => {
  const files = new MemoryFiles({ '/full/file': 'x' });
  await writeSmallModel(files, '/m', smallGpt2());
  await writeSmallModel(files, '/opt', { config: { model_type: 'opt' }, tensors: new Map() });
  await writeSmallModel(files, '/empty', { config: { model_type: 'gpt2' }, tensors: new Map() });
  const before = new Map(files.contents);
  const { value, findings } = await applyEdit(files, {
    kind: 'quant_rtn',
    modelFolder: '/m',
    outFolder: '/out',
    ...change,
  });
  expect(value).toBeUndefined();
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  expect(files.contents).toEqual(before);
});

test('a failure while writing leaves nothing behind', async () => {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', smallGpt2());
  const before = new Map(files.contents);
  let appended = 0;
  const append = files.append.bind(files);
  files.append = async (file, content) => {
    if (++appended === 5) throw new Error('no space left');
    await append(file, content);
  };
  const edit = applyEdit(files, { kind: 'quant_rtn', modelFolder: '/m', outFolder: '/out' });
  await expect(edit).rejects.toMatchObject({ code: 'U705', message: expect.stringMatching(/no space left/) });
  expect(files.contents).toEqual(before);
});

test('an empty output folder is used', async () => {
  const outFolder = `${root}/empty`;
  await nodeFiles.createFolder(outFolder);
  const { value } = await applyEdit(nodeFiles, {
    kind: 'prune',
    sparsity: 0.5,
    modelFolder: tinyGpt2,
    outFolder,
  });
  expect(value?.name).toBe('prune50');
  expect(existsSync(`${outFolder}/model.safetensors`)).toBe(true);
});

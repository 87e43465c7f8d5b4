import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../../../engine/artifacts/onnx/write-onnx-model.ts';
import {
  type DivergencePorts,
  measureDivergence,
} from '../../../../engine/certify/divergence/measure-divergence.ts';
import {
  type DivergencePlan,
  type DivergencePlanInputs,
  planDivergence,
} from '../../../../engine/certify/divergence/plan-divergence.ts';
import { InvarLockError } from '../../../../engine/core/errors.ts';
import { nodeFiles } from '../../../../engine/core/node-files.ts';
import type { WindowSchedule } from '../../../../engine/data/data-types.ts';
import { comparisonOutputs } from '../../../../engine/graph/divergence/comparison-graph.ts';
import { openModel } from '../../../../engine/models/open-model.ts';
import { tinyGpt2 } from '../../../fixtures/engine.ts';
import { causalWindows } from '../../../fixtures/evaluate-inputs.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';
import { dynamicInt8 } from '../../../fixtures/onnx-layouts/quantize-model.ts';
import { tinyModel } from '../../../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../../../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('divergence-gaps');
const model = await opened(tinyGpt2);
const windows = causalWindows(5, 4);

async function opened(at: string) {
  const { value, findings } = await openModel(nodeFiles, at, 'auto');
  if (!value) throw new Error(findings.map(({ message }) => message).join('\n'));
  return value;
}

/** A folder with an ONNX model in place of the weights. */
async function exported(name: string, onnx: OnnxModel) {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    cpSync(path.join(tinyGpt2, file), path.join(at, file));
  writeFileSync(path.join(at, 'model.onnx'), writeOnnxModel(onnx));
  return opened(at);
}

function inputs(more: Partial<Record<keyof DivergencePlanInputs, unknown>> = {}): DivergencePlanInputs {
  const arm = { model, tokenizer: { contentHash: 'same' }, identity: { sha256: 'this', files: {} } };
  const schedule = { preview: [], final: windows } as unknown as WindowSchedule;
  return {
    baseline: arm,
    subject: arm,
    schedule,
    baselineReport: undefined,
    ...more,
  } as DivergencePlanInputs;
}

const arm = (more: object) => ({ ...inputs().subject, ...more });
const reportOf = (meta: object) => ({ meta });

test.each<[string, () => Promise<Parameters<typeof inputs>[0]>, RegExp]>([
  [
    'labelled examples',
    async () => ({ schedule: { preview: [], final: [], tasks: {} } }),
    /^Labelled examples/,
  ],
  [
    'other tokenizers',
    async () => ({ subject: arm({ tokenizer: { contentHash: 'other' } }) }),
    /different tokenizers/,
  ],
  [
    'a report of unknown files',
    async () => ({ baselineReport: reportOf({}) }),
    /does not say which model files/,
  ],
  [
    'a report of other files',
    async () => ({ baselineReport: reportOf({ model_identity: { sha256: 'that' } }) }),
    /other model files/,
  ],
  [
    'a head whose rows are quantized together',
    async () => {
      const onnx = dynamicInt8(torchScriptGpt2(tinyModel(tinyGpt2), { cache: true }));
      return { subject: arm({ model: await exported('int8', onnx) }) };
    },
    /^The output head of the subject cannot be computed alone: the product with the vocabulary/,
  ],
])('%s: not planned, with the reason', async (_, changes, reason) => {
  expect(planDivergence(inputs(await changes()))).toMatch(reason);
});

test('more hidden states than a disk should hold', () => {
  expect(planDivergence(inputs(), 2 ** 11)).toBe(
    'The hidden states of the baseline would take 1 MiB on disk; the limit is 1 MiB. Lower dataset.final_n or dataset.seq_len.',
  );
  expect(planDivergence(inputs(), 4 * 128 * 7)).toMatchObject({ scratchBytes: 4 * 128 * 7 });
});

test('a checkpoint and its export can be compared, and a report of the same files stands for them', async () => {
  const onnx = torchScriptGpt2(tinyModel(tinyGpt2), { cache: true });
  const subject = arm({ model: await exported('export', onnx) });
  const baselineReport = reportOf({ model_identity: { sha256: 'this' } });
  expect(planDivergence(inputs({ subject, baselineReport }))).toMatchObject({
    scratchBytes: 4 * 128 * 7,
    vocabulary: { compared: 2048, baseline: 2048, subject: 2048 },
  });
});

const plan = planDivergence(inputs()) as DivergencePlan;
const rows = (id: number, loss = 1) => ({
  id,
  targets: [1, 2],
  tokenLosses: Float32Array.of(loss, loss),
  rows: new Uint8Array(2 * 4 * 128),
});

/** A runtime whose comparison says 1 for everything. */
const ones = {
  async open() {
    return {
      async run() {
        const data = new Uint8Array(Float32Array.of(1, 1).buffer);
        const output = { type: 'float32', dims: [2], data } as const;
        const outputs = Object.fromEntries(comparisonOutputs.map((name) => [name, output]));
        return { outputs, runMs: 1, rssBytes: 1 };
      },
      placement: () => undefined,
      close: async () => {},
    };
  },
};

async function measured(
  ports: Partial<DivergencePorts>,
  before: number[],
  after: readonly [number, number?][],
) {
  const files = new MemoryFiles();
  const measurement = measureDivergence({ files, runtime: ones, ...ports }, plan, {
    scratchFile: '/run/scratch',
    rowsPerChunk: 128,
    blockBytes: 1,
  });
  for (const id of before) await measurement.baseline.take(rows(id));
  for (const [id, loss] of after)
    if (measurement.subject.wants(id)) await measurement.subject.take(rows(id, loss));
  await measurement.close();
  expect(files.contents.size).toBe(0);
  return measurement.record();
}

test('windows of the plan are compared, others are not asked for', async () => {
  const record = await measured({}, [0, 1], [[0], [1], [7]]);
  expect(record).toMatchObject({ windows: [{ id: 0 }, { id: 1 }], selfCheck: { max_abs_difference: 0 } });
});

const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
const files = new MemoryFiles();

test.each<[string, Partial<DivergencePorts>, number[], [number, number?][], string]>([
  [
    'a full disk',
    {
      files: {
        append: () => Promise.reject(full),
        readBytes: (file, range) => files.readBytes(file, range),
        remove: async () => {},
      },
    },
    [0],
    [[0]],
    'The hidden states could not be kept on the disk (ENOSPC).',
  ],
  [
    'a comparison that cannot be opened',
    { runtime: { open: () => Promise.reject(new InvarLockError('R403', 'Too little memory.')) } },
    [0],
    [[0]],
    'The comparison failed: Too little memory.',
  ],
  [
    'other losses than the models gave',
    {},
    [0],
    [[0, 1.5]],
    'The comparison gives other losses than the models: they differ by up to 0.33 in window 0.',
  ],
  [
    'losses that are not finite on one side',
    {},
    [0],
    [[0, Number.NaN]],
    'The comparison gives other losses than the models: they differ by up to Infinity in window 0.',
  ],
  ['a window that the baseline lacks', {}, [0], [[1]], 'The baseline gave no hidden states of window 1.'],
])('%s costs the divergence and not the run', async (_, ports, before, after, reason) => {
  expect(await measured(ports, before, after)).toBe(reason);
});

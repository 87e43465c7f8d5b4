import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { OnnxModel } from '../../engine/artifacts/onnx/onnx-model.ts';
import { writeOnnxModel } from '../../engine/artifacts/onnx/write-onnx-model.ts';
import { dynamicInt8 } from '../fixtures/onnx-layouts/quantize-model.ts';
import { tinyModel } from '../fixtures/onnx-layouts/tiny-weights.ts';
import { torchScriptGpt2 } from '../fixtures/onnx-layouts/torch-script-gpt2.ts';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('onnx');
let float: OnnxModel;

beforeAll(() => {
  float = torchScriptGpt2(tinyModel(baselineFolder), { cache: true });
});

/** Settings and tokenizer of the baseline, and ONNX models where a layout has them. */
function layout(name: string, models: Readonly<Record<string, OnnxModel>>): string {
  const at = path.join(folder, 'models', name);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    mkdirSync(at, { recursive: true });
    copyFileSync(path.join(baselineFolder, file), path.join(at, file));
  }
  for (const [file, model] of Object.entries(models)) {
    mkdirSync(path.dirname(path.join(at, file)), { recursive: true });
    writeFileSync(path.join(at, file), writeOnnxModel(model));
  }
  return at;
}

function certify(name: string, subject: string, ...more: string[]) {
  const config = smallConfig(path.join(folder, name));
  const args = ['certify', '-c', config, '--subject', subject, '--allow-gate-failure', ...more];
  const run = runCli(args, { cwd: path.join(folder, name) });
  const read = () => JSON.parse(readFileSync(path.join(folder, name, 'cert/evaluation.cert.json'), 'utf8'));
  return { ...run, read };
}

test('a Hugging Face folder and its export have the same losses', () => {
  const subject = layout('optimum', { 'model.onnx': float });
  const run = certify('same', subject);
  expect([run.code, run.err]).toEqual([0, expect.any(String)]);
  const certificate = run.read();
  expect(Math.abs(certificate.primary_metric.ratio_vs_baseline - 1)).toBeLessThan(1e-6);
  expect(certificate.meta.adapter).toBe('hf_causal_onnx');
  expect(certificate.meta.execution.precision.format).toBe('onnx');
  const reports = path.join(folder, 'same/out/edited');
  const [time = ''] = readdirSync(reports);
  const report = JSON.parse(readFileSync(path.join(reports, time, 'report.json'), 'utf8'));
  const hashed = ['config.json', 'model.onnx', 'tokenizer.json', 'tokenizer_config.json'];
  expect(Object.keys(report.meta.model_identity.files).sort()).toEqual(hashed);
  // Nothing was compared, so nothing is said to be unchanged.
  expect(certificate.structure).toMatchObject({ params_changed: null, layers_modified: null });
  expect(certificate.structure.compression_diagnostics.execution_status).toBe('not_compared');
  const verified = runCli(['verify', path.join(folder, 'same/cert/evaluation.cert.json')]);
  // So few windows fail gates; what was written is sound all the same.
  expect(verified.err + verified.out).not.toMatch(/error (?!V521)/u);
});

test('a folder is certified against its int8 export, whose file is named', () => {
  const subject = layout('transformers-js', {
    'onnx/model.onnx': float,
    'onnx/model_quantized.onnx': dynamicInt8(float),
  });
  const run = certify('int8', path.join(subject, 'onnx/model_quantized.onnx'));
  expect([run.code, run.err]).toEqual([0, expect.any(String)]);
  const ratio = run.read().primary_metric.ratio_vs_baseline;
  expect(ratio).not.toBe(1);
  expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
});

test('two exports are compared tensor by tensor', () => {
  const base = layout('base', { 'model.onnx': float });
  const run = certify('two', layout('int8', { 'model.onnx': dynamicInt8(float) }), '--baseline', base);
  expect([run.code, run.err]).toEqual([0, expect.any(String)]);
  const { structure } = run.read();
  expect(structure.params_changed).toBeGreaterThan(4 * 12 * 128 * 128);
  expect(structure.layers_modified).toBe(4);
});

test.each<[string, () => string, string[], RegExp]>([
  [
    'several variants',
    () => layout('variants', { 'onnx/model_q4.onnx': float, 'onnx/model_fp16.onnx': float }),
    [],
    /M266.*model_fp16\.onnx, model_q4\.onnx/,
  ],
  [
    'an adapter for folders',
    () => layout('adapter', { 'model.onnx': float }),
    ['--adapter', 'hf_causal'],
    /U712.*hf_causal_onnx/,
  ],
])('%s stops the run before anything is evaluated', (name, make, more, says) => {
  const run = certify(name.replaceAll(' ', '-'), make(), ...more);
  expect(run.code).toBe(2);
  expect(run.err.replaceAll(/\s+/gu, ' ')).toMatch(says);
});

test('data that escapes stops the run, whatever the file says', () => {
  const subject = layout('escape', {});
  writeFileSync(path.join(folder, 'outside.bin'), new Uint8Array(64 * 1024 * 16));
  symlinkSync(path.join(folder, 'outside.bin'), path.join(subject, 'weights.bin'));
  const [first, ...rest] = float.initializers;
  if (first?.kind !== 'inline') throw new Error('the first weight is not in the model');
  const { bytes, ...facts } = first;
  const outside = {
    ...facts,
    kind: 'external',
    location: 'weights.bin',
    offset: 0,
    lengthBytes: bytes.length,
  } as const;
  writeFileSync(
    path.join(subject, 'model.onnx'),
    writeOnnxModel({ ...float, initializers: [outside, ...rest] }),
  );
  const run = certify('escape', subject);
  expect(run.code).toBe(2);
  expect(run.err).toContain('M258');
});

test('a checkpoint with an export below it is read as a checkpoint', () => {
  const both = layout('both', { 'onnx/model_quantized.onnx': dynamicInt8(float) });
  cpSync(path.join(baselineFolder, 'model.safetensors'), path.join(both, 'model.safetensors'));
  const run = certify('both', both);
  expect([run.code, run.err]).toEqual([0, expect.any(String)]);
  expect(run.read().primary_metric.ratio_vs_baseline).toBe(1);
});

test('an edit needs a Hugging Face folder, and says so', () => {
  const onnx = layout('edit', { 'model.onnx': float });
  const edited = runCli(['edit', 'quant_rtn', '--model', onnx, '--out', path.join(folder, 'edited')]);
  expect(edited.code).toBe(2);
  expect(edited.err).toContain('can be evaluated, but not edited');
});

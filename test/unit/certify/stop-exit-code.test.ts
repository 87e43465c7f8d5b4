import { expect, test } from 'vitest';
import { prepareCertify } from '../../../engine/certify/prepare-certify.ts';
import { prepareRun } from '../../../engine/certify/prepare-run.ts';
import { stopExitCode } from '../../../engine/certify/stop-exit-code.ts';
import type { Finding } from '../../../engine/core/findings.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const finding = (code: Finding['code'], severity: Finding['severity']): Finding => ({
  code,
  severity,
  message: 'x',
});

test.each([
  ['ci', 'E001', 'error', 3],
  [' Release ', 'E005', 'error', 3],
  ['ci', 'E005', 'warning', 2],
  ['dev', 'E001', 'error', 2],
  ['ci_cpu', 'E001', 'error', 2],
  ['nightly', 'E001', 'error', 2],
  [undefined, 'E001', 'error', 2],
  ['ci', 'E303', 'error', 2],
] as const)('under %s a stop with %s, %s, exits with %i', (profile, code, severity, expected) => {
  expect(stopExitCode([finding('U713', 'warning'), finding(code, severity)], profile)).toBe(expected);
});

const dataset = 'dataset: {provider: local_jsonl, file: d.jsonl, seq_len: 8}\n';
const files = new MemoryFiles({
  '/w/certify.yaml': `certify: {baseline: a, subject: b, profile: ci_cpu}\n${dataset}`,
  '/w/ci.yaml': `certify: {baseline: a, subject: b}\n${dataset}`,
  '/w/run.yaml': `model: {id: a}\n${dataset}`,
  '/w/wrong.yaml': 'model: {id: 3}\n',
});
const at = (name: string) => ({ configFile: `/w/${name}`, workingFolder: '/w', environment: {} });

test.each([
  ['the flag', () => prepareCertify(files, { ...at('none.yaml'), profile: 'release' }), 'release', 2],
  ['the file', () => prepareCertify(files, at('certify.yaml')), 'ci_cpu', 2],
  ['the default of certify', () => prepareCertify(files, at('ci.yaml')), 'ci', 2],
  ['the default of run', () => prepareRun(files, at('run.yaml')), 'dev', 2],
  ['nothing, when the file cannot be used', () => prepareRun(files, at('wrong.yaml')), undefined, 2],
] as const)('a stop knows the profile from %s', async (_, prepare, profile, exitCode) => {
  const stopped = await prepare();
  expect(stopped.value).toBeUndefined();
  expect(stopped.profile).toBe(profile);
  expect(stopExitCode(stopped.findings, stopped.profile)).toBe(exitCode);
});

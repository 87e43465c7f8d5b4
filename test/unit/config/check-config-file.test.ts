import { expect, test } from 'vitest';
import { checkConfigFile } from '../../../engine/config/check-config-file.ts';
import { configFileKind } from '../../../engine/config/is-invarlock-config.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

test.each([
  ['/project/run.yaml', 'config'],
  ['/project/runtime/tiers.yaml', 'tiers'],
  ['runtime/profiles/ci.yml', 'profile'],
  ['C:\\policies\\runtime\\profiles\\ci.yaml', 'profile'],
  ['/project/runtime/profiles/parts/d.yaml', 'config'],
] as const)('%s is a file of kind %s', (file, kind) => expect(configFileKind(file)).toBe(kind));

async function check(file: string, text: string, codes: readonly string[]): Promise<void> {
  const findings = await checkConfigFile(new MemoryFiles({ [file]: text }), file, {});
  expect(findings.map(({ code }) => code)).toEqual(codes);
}

test('a configuration has the findings of its schema, its rules, its files and its hints', () =>
  check(
    '/project/run.yaml',
    'auto: {probes: 3}\ndataset: {provider: local_jsonl, file: no.jsonl, seq_len: 8, stride: 4}\n',
    ['C124', 'T322', 'T310'],
  ));
test('a whole certification is looked at as a run', () =>
  check(
    '/project/run.yaml',
    'certify: {baseline: a, subject: b}\ndataset: {provider: synthetic, seq_len: 8, preview_n: 64, workers: 2}\neval: {bootstrap: {enabled: false}}\n',
    ['M200', 'M200', 'C132', 'C133', 'D008', 'D106'],
  ));
test('a comment silences what is measured, too', () =>
  check(
    '/project/run.yaml',
    'dataset:\n  provider: hf_text # invarlock-disable-line C140\n  dataset_name: x\n',
    [],
  ));
test('tiers are judged as tiers', () =>
  check('/w/runtime/tiers.yaml', 'balanced: {rmt_guard: {margni: 2}}\n', ['C110']));
test('a profile is judged as a part of a configuration', () =>
  check('/w/runtime/profiles/ci.yaml', 'dataset: {preview_n: 300}\n', []));
test('a file that is not there', () => check('/w/x.yaml', '', ['C105']));

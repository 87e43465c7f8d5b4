import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { codeActions } from '../../../server/features/code-actions.ts';
import { complete } from '../../../server/features/completion.ts';
import { hover } from '../../../server/features/hover.ts';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const services = { files: undefined, allowIncludeOutside: false };
const profile = 'file:///project/quality/runtime/profiles/nightly.yaml';
const tiers = 'file:///project/quality/runtime/tiers.yaml';

async function at(uri: string, source: string) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create(uri, 'yaml', 1, text);
  const analysis = await analyze(document, services);
  const range = { start: document.positionAt(offset), end: document.positionAt(offset) };
  const options = { snippets: true };
  const shown = await hover(document, offset, analysis, services);
  return {
    kind: analysis.kind,
    codes: analysis.findings.map(({ code, message }) => `${code} ${message}`),
    labels: (await complete(document, offset, services, options)).map(({ label }) => label),
    hover:
      shown && typeof shown.contents === 'object' && 'value' in shown.contents ? shown.contents.value : '',
    titles: codeActions(document, range, analysis, { only: ['quickfix', 'refactor'] }).map(
      ({ title }) => title,
    ),
  };
}

describe('a profile', () => {
  test('has the sections of a configuration except certify', async () => {
    const { labels } = await at(profile, 'dataset: {preview_n: 300}\n|');
    expect(labels).toContain('guards');
    expect(labels).toContain('guards: …');
    expect(labels).not.toContain('certify');
    expect(labels).not.toContain('certify: …');
    expect(labels).not.toContain('dataset');
  });
  test('must not choose the models', async () => {
    const { codes, titles } = await at(profile, 'dataset: {preview_n: 300}\ncer|tify: {baseline: a}\n');
    expect(codes).toEqual([
      'C114 A profile cannot hold a certify section: it applies to every certification.',
    ]);
    expect(titles).toContain('Remove "certify"');
  });
  test('is no certification, so none of its data is missing', async () => {
    const { codes, titles } = await at(profile, 'datas|et: {preview_n: 300}\n');
    expect(codes).toEqual([]);
    expect(titles).not.toContain('Add a certify section');
  });
  test('is explained', async () => {
    expect((await at(profile, 'dataset: {previ|ew_n: 300}\n')).hover).toMatch(
      /dataset\.preview_n.*whole number/su,
    );
  });
});

test('a profile of the config root is a profile like the packaged ones', async () => {
  const uri = 'file:///project/run.invarlock.yaml';
  const { text, offset } = withCursor(
    'certify: {baseline: a, subject: b, profile: nightly|}\ndataset: {provider: synthetic, seq_len: 8, preview_n: 2, final_n: 2}\n',
  );
  const files = new MemoryFiles({
    '/project/run.invarlock.yaml': text,
    '/project/quality/runtime/profiles/nightly.yaml': 'dataset: {preview_n: 300, final_n: 300}\n',
  });
  const document = TextDocument.create(uri, 'yaml', 1, text);
  const outside = { files, allowIncludeOutside: false, workspaceFolders: ['/project'] };
  const inRoot = { ...outside, environment: { INVARLOCK_CONFIG_ROOT: 'quality' } };
  const codesIn = async (these: typeof outside) =>
    (await analyze(document, these)).findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code }) => code);
  expect(await codesIn(outside)).toEqual(['C112']);
  expect(await codesIn(inRoot)).toEqual([]);
  expect((await complete(document, offset, inRoot)).map(({ label }) => label)).toContain('nightly');
  expect((await complete(document, offset, outside)).map(({ label }) => label)).not.toContain('nightly');
  const everywhere = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = await inlayHints(document, await analyze(document, inRoot), everywhere, inRoot);
  expect(hints.map(({ label }) => label)).toEqual(['→ 300', '→ 300', '600 windows, 4\u202f800 tokens']);
});

describe('tiers', () => {
  test('are the keys at the top, and their limits below', async () => {
    expect((await at(tiers, 'balanced: {}\n|')).labels).toEqual(['conservative', 'aggressive']);
    expect((await at(tiers, 'balanced:\n  metrics:\n    pm_ratio:\n      |\n')).labels).toContain(
      'ratio_limit_base',
    );
  });
  test('have their own unknown keys', async () => {
    const { codes, titles } = await at(tiers, 'balanced:\n  metrics: {pm_rat|io_: {min_tokens: 1}}\n');
    expect(codes[0]).toMatch(/^C110 .*Did you mean "pm_ratio"/);
    expect(titles[0]).toBe('Change to "pm_ratio"');
    const config = await at(tiers, '# invarlock\nbalanced: {metrics: {}}\nseq_|len: 8\n');
    expect(config.codes).toEqual(['C110 Unknown key "seq_len". Remove it.']);
    expect(config.titles).toContain('Remove "seq_len"');
    expect(config.titles.join()).not.toContain('note');
  });
  test('are explained', async () => {
    const { hover: text } = await at(tiers, 'balanced:\n  metrics: {pm_ratio: {min_tok|ens: 1}}\n');
    expect(text).toMatch(/Fewest tokens that a decision needs/u);
  });
});

test.each([
  [profile, 'model: {id: a}\n', 'other'],
  [profile, 'jobs: {preview_n: 1}\n', 'other'],
  [profile, '# seq_len\n', 'other'],
  [profile, '_why: slow\neval:\n  bootstrap: {replicates: 5000}\n', 'config'],
  [tiers, 'gold: {}\n', 'other'],
  [tiers, 'aggressive: {}\n', 'config'],
  ['file:///project/tiers.yaml', 'aggressive: {}\n', 'other'],
])('%s with %j is %s', async (uri, text, kind) => {
  expect((await analyze(TextDocument.create(uri, 'yaml', 1, text), services)).kind).toBe(kind);
});

import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { codeLenses } from '../../../server/features/code-lenses.ts';
import { definition, references, rename, renameTarget } from '../../../server/features/definition.ts';
import { documentLinks } from '../../../server/features/document-links.ts';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const uri = 'file:///project/run.invarlock.yaml';
const open = (text: string) => TextDocument.create(uri, 'yaml', 1, text);
const everywhere = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

async function analysisOf(text: string, others: Record<string, string> = {}) {
  const files = new MemoryFiles({ '/project/run.invarlock.yaml': text, ...others });
  const services = { files, allowIncludeOutside: false };
  return { services, document: open(text), analysis: await analyze(open(text), services) };
}

const certify = (profile: string) =>
  `certify: {baseline: a, subject: b, profile: ${profile}, cert_out: cert}\n`;
const dataset = 'dataset:\n  provider: synthetic\n  seq_len: 128\n  preview_n: 64\n  final_n: 64\n';

describe('inlay hints', () => {
  const hintsOf = async (text: string, others = {}) => {
    const { document, analysis, services } = await analysisOf(text, others);
    const hints = await inlayHints(document, analysis, everywhere, services);
    return hints.map(({ position, label }) => `${position.line}:${position.character} ${label}`);
  };
  test('show what a profile makes of a value, and the size of the run', async () => {
    expect(await hintsOf(certify('ci') + dataset)).toEqual([
      '4:15 → 200',
      '5:13 → 200',
      '1:8 400 windows, 51\u202f200 tokens',
    ]);
  });
  test('show nothing that is the same', async () => {
    expect(await hintsOf(certify('dev') + dataset)).toEqual(['1:8 128 windows, 16\u202f384 tokens']);
    expect(await hintsOf(`${certify('ci')}eval: {bootstrap: {replicates: 5000, alpha: 0.05}}\n`)).toEqual([]);
  });
  test('show what the tier asks for beyond the profile', async () => {
    const text = `certify: {baseline: a, subject: b, profile: ci, tier: conservative}\n${dataset}`;
    expect((await hintsOf(text))[0]).toBe('4:15 → 220');
  });
  test('say nothing about a part of a configuration', async () => {
    expect(await hintsOf(dataset)).toEqual([]);
  });
  test('say nothing about a value that stands in another file', async () => {
    const hints = await hintsOf(`${certify('ci')}dataset: !include data.yaml\n`, {
      '/project/data.yaml': 'seq_len: 8\npreview_n: 3\nfinal_n: 3\n',
    });
    expect(hints).toEqual(['1:8 400 windows, 3\u202f200 tokens']);
  });
  test('stay within the lines that are asked for', async () => {
    const { document, analysis, services } = await analysisOf(certify('ci') + dataset);
    const line = { start: { line: 4, character: 0 }, end: { line: 4, character: 9 } };
    expect(await inlayHints(document, analysis, line, services)).toHaveLength(1);
  });
});

describe('code lenses', () => {
  const lensesOf = async (text: string, others = {}, workspaceFolders: readonly string[] = []) => {
    const { document, analysis, services } = await analysisOf(text, others);
    const lenses = await codeLenses(document, analysis, { ...services, workspaceFolders });
    return lenses.map(({ command }) => command);
  };
  test('run, check, and show what came out last', async () => {
    const found = { '/project/cert/evaluation.cert.json': '{}' };
    expect(await lensesOf(certify('ci') + dataset, found)).toEqual([
      { title: 'Certify (ci: 200 + 200 windows)', command: 'invarlock.certify', arguments: [uri] },
      { title: 'Doctor', command: 'invarlock.runDoctor', arguments: [uri] },
      {
        title: 'Show last certificate',
        command: 'invarlock.showCertificate',
        arguments: ['file:///project/cert/evaluation.cert.json'],
      },
    ]);
  });
  test.each([
    ['the folder that is open', ['/', '/project', '/else'], '/project/reports/cert'],
    ['the outer folder when it alone is open', ['/'], '/reports/cert'],
    ['the folder of the file when none is open', ['/else'], '/project/reports/cert'],
  ])('look where a run writes by default: below %s', async (_, folders, found) => {
    const text = `certify: {baseline: a, subject: b, profile: dev}\n${dataset}`;
    const lenses = await lensesOf(text, { [`${found}/evaluation.cert.json`]: '{}' }, folders);
    expect(lenses[2]?.arguments).toEqual([`file://${found}/evaluation.cert.json`]);
    expect(await lensesOf(text, { '/other/reports/cert/evaluation.cert.json': '{}' }, folders)).toHaveLength(
      2,
    );
  });
  test('look in the folder of the file that names it', async () => {
    const lenses = await lensesOf('certify: !include parts/certify.yaml\n', {
      '/project/parts/certify.yaml': 'baseline: a\nsubject: b\nprofile: dev\ncert_out: out\n',
      '/project/parts/out/evaluation.cert.json': '{}',
    });
    expect(lenses.at(-1)?.arguments).toEqual(['file:///project/parts/out/evaluation.cert.json']);
  });
  test('have no certificate to show before the first run, and nothing without a certification', async () => {
    expect(await lensesOf(certify('dev') + dataset)).toHaveLength(2);
    expect(await lensesOf(dataset)).toEqual([]);
  });
});

test('links lead to includes, models, data and the pages of codes', async () => {
  const text = [
    'certify: {baseline: models/base, subject: models/nothing}',
    'defaults: !include "parts/base.yaml"',
    'dataset:',
    '  file: data/a.jsonl',
    '  data_files: [data/a.jsonl, data/*.jsonl]',
    'model:',
    '  adapter: hf_casual # invarlock-disable-line C118, X999',
    '',
  ].join('\n');
  const { document, services } = await analysisOf(text, {
    '/project/models/base/config.json': '{}',
    '/project/parts/base.yaml': '',
    '/project/data/a.jsonl': '',
  });
  const links = await documentLinks(document, services);
  expect(links.map(({ range, target }) => [document.getText(range), target])).toEqual([
    ['C118', expect.stringMatching(/\/docs\/codes\/C118\.md$/)],
    ['models/base', 'file:///project/models/base/config.json'],
    ['parts/base.yaml', 'file:///project/parts/base.yaml'],
    ['data/a.jsonl', 'file:///project/data/a.jsonl'],
    ['data/a.jsonl', 'file:///project/data/a.jsonl'],
  ]);
});

describe('anchors', () => {
  const text = '_x: &b|ase {seed: 1}\ndataset:\n  <<: *base\n_y: &base 3\n_z: [*base, *base]\n';
  const at = (source: string) => {
    const { text: plain, offset } = withCursor(source);
    return { document: open(plain), offset };
  };
  test('know their aliases, up to the next anchor of the name', () => {
    const { document, offset } = at(text);
    const places = (withAnchor: boolean) =>
      references(document, offset, withAnchor).map(
        ({ range }) => `${range.start.line}:${range.start.character}`,
      );
    expect(places(true)).toEqual(['0:5', '2:7']);
    expect(places(false)).toEqual(['2:7']);
  });
  test('are where an alias leads', async () => {
    const { document, offset } = at(text.replace('|', '').replace('[*base, *base', '[*base, *ba|se'));
    const { analysis } = await analysisOf(document.getText());
    expect(definition(document, offset, analysis)?.range.start).toEqual({ line: 3, character: 5 });
  });
  test('are renamed with their aliases', () => {
    const { document, offset } = at(text);
    expect(renameTarget(document, offset)?.placeholder).toBe('base');
    const edits = rename(document, offset, 'first')?.changes?.[uri] ?? [];
    expect(TextDocument.applyEdits(document, edits)).toBe(
      text.replace('|', '').replace('&base {', '&first {').replace('<<: *base', '<<: *first'),
    );
    expect(rename(document, offset, 'a b')).toBeNull();
  });
  test('are not found in text and comments', () => {
    for (const source of ['a: "x &b|ase"\n', '# &b|ase\n', 'a: R&b|ase\n', '|'])
      expect(renameTarget(at(source).document, at(source).offset)).toBeNull();
  });
  test('are found while the document is half typed', () => {
    const { document, offset } = at('_x: &ba|se {a: [\ndataset: *base\n');
    expect(references(document, offset, true)).toHaveLength(2);
  });
});

describe('a definition', () => {
  const definitionIn = async (source: string, others = {}) => {
    const { text, offset } = withCursor(source);
    const { document, analysis } = await analysisOf(text, others);
    return definition(document, offset, analysis);
  };
  const place = async (source: string, others = {}) => {
    const found = await definitionIn(source, others);
    return found && `${found.uri} ${found.range.start.line}:${found.range.start.character}`;
  };
  test('of an include is its file', async () => {
    const found = await definitionIn('defaults: !include parts/b|ase.yaml\n');
    expect(found?.uri).toBe('file:///project/parts/base.yaml');
    expect(await definitionIn('dat|aset: {}\n')).toBeNull();
    // Half of a character that is being typed.
    expect((await definitionIn('defaults: !include b|\uD83E.yaml\n'))?.uri).toBe(
      'file:///project/b%EF%BF%BD.yaml',
    );
  });
  test('of a key is what it overrides, and the other way round', async () => {
    const text = 'defaults:\n  dataset: {seed: 1}\ndataset:\n  seed: 2\n';
    expect(await place(text.replace('  seed: 2', '  se|ed: 2'))).toBe(`${uri} 1:12`);
    expect(await place(text.replace('{seed', '{se|ed'))).toBe(`${uri} 3:2`);
    expect(await place(text.replace('  seed: 2', '  seed: |2'))).toBeNull();
  });
  test('of a key may stand in an included file', async () => {
    const source = 'defaults: !include parts/base.yaml\ndataset:\n  se|ed: 2\n';
    const others = { '/project/parts/base.yaml': '# base\ndataset: {seed: 1}\n' };
    expect(await place(source, others)).toBe('file:///project/parts/base.yaml 1:10');
    expect(await place(source, { '/project/parts/base.yaml': 'auto: {}\n' })).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { type LoadOptions, loadConfig } from '../../../engine/config/load-config.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const top = '/project/run.invarlock.yaml';

async function load(files: Readonly<Record<string, string>>, options: LoadOptions = {}) {
  return loadConfig(new MemoryFiles(files), top, options);
}

describe('a file', () => {
  test('gives its data, its folder and the origin of every value', async () => {
    const text = 'dataset:\n  seed: 42\n';
    const { value, findings } = await load({ [top]: text });
    expect(findings).toEqual([]);
    expect(value).toMatchObject({ path: top, folder: '/project', data: { dataset: { seed: 42 } } });
    const origin = value?.origin('/dataset/seed');
    expect(origin).toMatchObject({ kind: 'file', file: top });
    expect(text.slice(origin?.range?.start, origin?.range?.end)).toBe('42');
    expect(value?.origin('/dataset/stride')).toBeUndefined();
  });

  test.each([
    ['missing', {}, 'C107'],
    ['empty', { [top]: '' }, 'C105'],
    ['only comments', { [top]: '# later\n' }, 'C105'],
    ['a list', { [top]: '- a\n' }, 'C105'],
    ['broken', { [top]: 'a: [\n' }, 'C101'],
    ['misspelt', { [top]: 'datset: {}\n' }, 'C110'],
  ])('that is %s has no value', async (_, files, code) => {
    const { value, findings } = await load(files);
    expect(value).toBeUndefined();
    expect(findings.map((finding) => finding.code)).toContain(code);
  });

  test('that is not UTF-8 is refused', async () => {
    const files = new MemoryFiles({ [top]: new Uint8Array([0x61, 0x3a, 0x20, 0xff]) });
    const { findings } = await loadConfig(files, top);
    expect(findings).toMatchObject([{ code: 'C107', message: expect.stringContaining('not UTF-8') }]);
  });

  test('with a byte order mark loads, and its places still fit', async () => {
    const text = '\uFEFFdataset:\n  seed: 42\n';
    const { value, findings } = await load({ [top]: text });
    expect(findings).toEqual([]);
    const range = value?.origin('/dataset/seed')?.range;
    expect(text.slice(range?.start, range?.end)).toBe('42');
  });
});

describe('defaults', () => {
  test('lie under the rest, mapping by mapping; lists and nulls replace', async () => {
    const { value } = await load({
      [top]: [
        'defaults:',
        '  dataset: {seed: 1, seq_len: 8}',
        '  guards: {order: [rmt]}',
        '  eval: {metric: {kind: auto}}',
        'dataset: {seed: 2}',
        'guards: {order: [spectral, variance]}',
        'eval: null',
      ].join('\n'),
    });
    expect(value?.data).toEqual({
      dataset: { seed: 2, seq_len: 8 },
      guards: { order: ['spectral', 'variance'] },
      eval: null,
    });
    expect(value?.origin('/dataset/seq_len')?.kind).toBe('defaults');
    expect(value?.origin('/dataset/seed')?.kind).toBe('file');
  });
});

describe('includes', () => {
  test('start at the file that holds the tag, and may nest', async () => {
    const { value, findings } = await load({
      [top]: 'defaults: !include parts/base.yaml\nmeta: {commit: x}\n',
      '/project/parts/base.yaml': 'dataset: !include data.yaml\n',
      '/project/parts/data.yaml': 'provider: local_jsonl\nfile: texts.jsonl\n',
    });
    expect(findings).toEqual([]);
    expect(value?.data.dataset).toEqual({ provider: 'local_jsonl', file: 'texts.jsonl' });
    expect(value?.resolvePath('/dataset/file')).toBe('/project/parts/texts.jsonl');
    expect(value?.origin('/dataset/file')).toMatchObject({
      file: '/project/parts/data.yaml',
      kind: 'defaults',
    });
  });

  test('may reach back up to the folder of the top file', async () => {
    const { findings } = await load({
      [top]: 'defaults: !include parts/base.yaml\n',
      '/project/parts/base.yaml': 'dataset: !include ../data.yaml\n',
      '/project/data.yaml': 'seed: 1\n',
    });
    expect(findings).toEqual([]);
  });

  test('report at the place in the included file', async () => {
    const data = 'seed: 1\nsqe_len: 8\n';
    const { findings } = await load({ [top]: 'dataset: !include data.yaml\n', '/project/data.yaml': data });
    expect(findings).toMatchObject([
      { code: 'C110', file: '/project/data.yaml', range: { start: 8, end: 15 } },
    ]);
  });

  test.each([
    ['missing', 'meta: !include no.yaml', 'C120'],
    ['a folder', 'meta: !include parts', 'C120'],
    ['unnamed', 'meta: !include', 'C120'],
    ['outside by dots', 'meta: !include ../secret.yaml', 'C121'],
    ['outside by an absolute path', 'meta: !include /secret.yaml', 'C121'],
    ['outside by dots in the middle', 'meta: !include parts/../../secret.yaml', 'C121'],
    ['itself', 'meta: !include run.invarlock.yaml', 'C122'],
    ['a circle', 'meta: !include parts/a.yaml', 'C122'],
  ])('that are %s are findings', async (_, text, code) => {
    const { value, findings } = await load({
      [top]: text,
      '/secret.yaml': 'commit: s3cret',
      '/project/parts/a.yaml': 'x: !include b.yaml',
      '/project/parts/b.yaml': 'y: !include a.yaml',
    });
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(value).toBeUndefined();
  });

  test('outside through a symbolic link are refused', async () => {
    class LinkedFiles extends MemoryFiles {
      override async realPath(file: string): Promise<string> {
        return file === '/project/link.yaml' ? '/secret.yaml' : file;
      }
    }
    const files = new LinkedFiles({
      [top]: 'meta: !include link.yaml',
      '/project/link.yaml': '',
      '/secret.yaml': 'commit: x',
    });
    expect((await loadConfig(files, top)).findings.map((finding) => finding.code)).toEqual(['C121']);
    const allowed = await loadConfig(files, top, { allowOutside: true });
    expect(allowed.value?.data.meta).toEqual({ commit: 'x' });
  });

  test('of a file that was named by a link are named by their real path, and so are data beside them', async () => {
    class LinkedFiles extends MemoryFiles {
      override async realPath(file: string): Promise<string> {
        return file === '/links/run.yaml' ? top : file;
      }
    }
    const files = new LinkedFiles({
      '/links/run.yaml': 'dataset: !include parts/data.yaml',
      '/project/parts/data.yaml': 'file: rows.jsonl',
    });
    const { value } = await loadConfig(files, '/links/run.yaml');
    expect(value?.origin('/dataset/file')?.file).toBe('/project/parts/data.yaml');
    expect(value?.resolvePath('/dataset/file')).toBe('/project/parts/rows.jsonl');
  });

  test('outside are followed where that is allowed', async () => {
    const files = { [top]: 'meta: !include ../secret.yaml', '/secret.yaml': 'commit: x' };
    expect((await load(files, { allowOutside: true })).value?.data.meta).toEqual({ commit: 'x' });
  });

  test('that multiply stop at a limit', async () => {
    const files: Record<string, string> = { [top]: 'meta: !include f0.yaml' };
    for (let level = 0; level < 10; level += 1) {
      files[`/project/f${level}.yaml`] = `[!include f${level + 1}.yaml, !include f${level + 1}.yaml]`;
    }
    files['/project/f10.yaml'] = 'x';
    expect((await load(files)).findings.map((finding) => finding.code)).toContain('C103');
  });
});

test.each([
  ['an alias without an anchor', 'meta: *nope\n'],
  ['a tab before the first key', 'dataset:\n\tseed: 1\n'],
  ['a tab before a key', 'dataset:\n  seed: 1\n\tseq_len: 8\n  stride: 8\n'],
])('%s is one finding', async (_, text) => {
  const { findings } = await load({ [top]: text });
  expect(findings.map(({ code }) => code)).toEqual(['C101']);
});

test('findings come in the order of the text', async () => {
  const { findings } = await load({ [top]: 'output: 1\nauto: 2\ndataset: {sed: 1, seed: x}\n' });
  const starts = findings.map((finding) => finding.range?.start ?? -1);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
  expect(starts).toHaveLength(4);
});

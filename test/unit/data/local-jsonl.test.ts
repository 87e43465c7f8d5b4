import { expect, test } from 'vitest';
import { type LocalJsonlOptions, localJsonl } from '../../../engine/data/providers/local-jsonl.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const latin1 = Uint8Array.from([0x7b, 0x22, 0xe9, 0x22, 0x7d, 0x0a]);

async function read(contents: Record<string, string | Uint8Array>, options: LocalJsonlOptions) {
  const files = new MemoryFiles(contents);
  const result = await localJsonl(
    files,
    async (name) => (name.startsWith('/') ? name : `/data/${name}`),
    options,
  );
  return {
    texts: result.value?.map(({ text, rowIndex }) => `${rowIndex}:${text}`),
    codes: result.findings.map(({ code }) => code),
    messages: result.findings.map(({ message }) => message).join('\n'),
  };
}

test.each<[string, Record<string, string | Uint8Array>, LocalJsonlOptions, string[] | undefined, string[]]>([
  [
    'reads rows in order',
    { '/data/a.jsonl': '{"text":"one"}\n{"text":"two"}\n' },
    { file: 'a.jsonl' },
    ['0:one', '1:two'],
    [],
  ],
  [
    'keeps the text as it is',
    { '/data/a.jsonl': '{"text":"  padded "}' },
    { file: 'a.jsonl' },
    ['0:  padded '],
    [],
  ],
  [
    'ignores blank lines and CRLF',
    { '/data/a.jsonl': '\r\n{"text":"one"}\r\n\r\n' },
    { file: 'a.jsonl' },
    ['0:one'],
    [],
  ],
  [
    'skips bad lines and keeps the true row',
    { '/data/a.jsonl': 'nope\n[1]\n{"text":""}\n{"text":"ok"}' },
    { file: 'a.jsonl' },
    ['3:ok'],
    ['T311'],
  ],
  [
    'goes on after a line that is not UTF-8',
    { '/data/a.jsonl': Buffer.concat([latin1, Buffer.from('{"text":"ok"}')]) },
    { file: 'a.jsonl' },
    ['1:ok'],
    ['T311'],
  ],
  [
    'takes another field',
    { '/data/a.jsonl': '{"body":"b"}' },
    { file: 'a.jsonl', textField: 'body' },
    ['0:b'],
    [],
  ],
  [
    'prefers a literal dotted key',
    { '/data/a.jsonl': '{"a.b":"x","a":{"b":"y"}}' },
    { file: 'a.jsonl', textField: 'a.b' },
    ['0:x'],
    [],
  ],
  [
    'follows a dotted path',
    { '/data/a.jsonl': '{"a":{"b":"y"}}' },
    { file: 'a.jsonl', textField: 'a.b' },
    ['0:y'],
    [],
  ],
  [
    'stops at max_samples',
    { '/data/a.jsonl': '{"text":"1"}\n{"text":"2"}' },
    { file: 'a.jsonl', maxSamples: 1 },
    ['0:1'],
    [],
  ],
  [
    'reads a folder sorted',
    { '/data/d/b.jsonl': '{"text":"b"}', '/data/d/a.jsonl': '{"text":"a"}', '/data/d/c.txt': 'x' },
    { path: 'd' },
    ['0:a', '1:b'],
    [],
  ],
  [
    'expands a pattern sorted',
    { '/data/p2.jsonl': '{"text":"2"}', '/data/p1.jsonl': '{"text":"1"}' },
    { dataFiles: 'p*.jsonl' },
    ['0:1', '1:2'],
    [],
  ],
  [
    'reads each file once',
    { '/data/a.jsonl': '{"text":"a"}' },
    { dataFiles: ['a.jsonl', 'a.jsonl'] },
    ['0:a'],
    [],
  ],
  [
    'falls back from file to path',
    { '/data/b.jsonl': '{"text":"b"}' },
    { file: 'a.jsonl', path: 'b.jsonl' },
    ['0:b'],
    [],
  ],
  [
    'reads files of other formats when a folder has no JSON Lines',
    { '/data/d/b.csv': 'text\nb\n', '/data/d/a.csv': 'text\na\n', '/data/d/c.txt': 'x' },
    { path: 'd' },
    ['0:a', '1:b'],
    [],
  ],
  [
    'reads texts of each format',
    {
      '/data/a.jsonl': '{"text":"a"}',
      '/data/b.csv': 'text,n\nb,1\n',
      '/data/c.tsv': 'n\ttext\n1\tc\n',
      '/data/d.txt': 'd',
    },
    { dataFiles: ['a.jsonl', 'b.csv', 'c.tsv', 'd.txt'] },
    ['0:a', '1:b', '2:c', '3:d'],
    [],
  ],
  [
    'expands a pattern in folders',
    {
      '/data/p2/x.jsonl': '{"text":"2"}',
      '/data/p1/x.jsonl': '{"text":"1"}',
      '/data/q/x.jsonl': '{"text":"q"}',
    },
    { dataFiles: 'p?/[w-x].jsonl' },
    ['0:1', '1:2'],
    [],
  ],
  [
    'says which format is not read',
    { '/data/a.zip': 'PK\u0003\u0004' },
    { file: 'a.zip' },
    undefined,
    ['T314'],
  ],
  [
    'gives nothing when a file breaks off',
    { '/data/a.csv': 'text\none\n"two\n' },
    { file: 'a.csv' },
    undefined,
    ['T313'],
  ],
  [
    'stops before a file breaks off',
    { '/data/a.csv': 'text\none\n"two\n' },
    { file: 'a.csv', maxSamples: 1 },
    ['0:one'],
    [],
  ],
  ['reports a missing file', {}, { file: 'a.jsonl' }, undefined, ['T310']],
  ['reports that no file was named', {}, {}, undefined, ['T310']],
  [
    'reports a file without texts',
    { '/data/a.jsonl': '{"body":"b"}' },
    { file: 'a.jsonl' },
    undefined,
    ['E306'],
  ],
  ['reports an empty file', { '/data/a.jsonl': '' }, { file: 'a.jsonl' }, undefined, ['E306']],
])('%s', async (_, contents, options, texts, codes) => {
  expect(await read(contents, options)).toMatchObject({ texts, codes });
});

test('names the first skipped line and its reason', async () => {
  const { messages } = await read({ '/data/a.jsonl': '{"text":"a"}\nbroken\n' }, { file: 'a.jsonl' });
  expect(messages).toContain(
    '1 of 2 lines of /data/a.jsonl were skipped; the first is line 2: not valid JSON',
  );
});

test.each<[string, Record<string, string>, LocalJsonlOptions, string]>([
  [
    'a column of nearly the name',
    { '/data/a.csv': 'txt,label\nx,1\n' },
    { file: 'a.csv' },
    'No line of /data/a.csv has a non-blank string in the field "text". Did you mean "txt"? The fields there are "txt", "label".',
  ],
  [
    'a key of another name',
    { '/data/a.jsonl': '{"body":"x"}' },
    { file: 'a.jsonl' },
    'No line of /data/a.jsonl has a non-blank string in the field "text". The fields there are "body".',
  ],
  [
    'blank texts',
    { '/data/a.jsonl': '{"text":""}' },
    { file: 'a.jsonl' },
    'No line of /data/a.jsonl has a non-blank string in the field "text". Line 1: a blank text in the field "text".',
  ],
  [
    'no rows',
    { '/data/a.csv': 'text\n' },
    { file: 'a.csv' },
    'No line of /data/a.csv has a non-blank string in the field "text". There are no rows at all.',
  ],
])('says which fields there are: %s', async (_, contents, options, message) => {
  expect((await read(contents, options)).messages.split('\n').at(-1)).toBe(message);
});

test('a line over the limit is skipped without stopping the file', async () => {
  const huge = `{"text":"${'x'.repeat(17 << 20)}"}`;
  const { texts, codes } = await read({ '/data/a.jsonl': `${huge}\n{"text":"ok"}\n` }, { file: 'a.jsonl' });
  expect({ texts, codes }).toEqual({ texts: ['1:ok'], codes: ['T311'] });
});

test.each<[string, LocalJsonlOptions, string]>([
  ['file', { file: 'd' }, '/data/d is a folder; dataset.path takes folders.'],
  ['data_files', { dataFiles: ['d'] }, '/data/d is a folder; dataset.path takes folders.'],
  [
    'path without texts',
    { path: 'd' },
    'The folder /data/d has no data files: *.jsonl or others that are read.',
  ],
  [
    'file, and a path that is missing',
    { file: 'd', path: 'e' },
    '/data/d is a folder; dataset.path takes folders. No data file at /data/e. Relative paths start at the folder of the config file.',
  ],
])('says that a folder is one: %s', async (_, options, message) => {
  expect(await read({ '/data/d/a.md': 'x' }, options)).toMatchObject({ codes: ['T310'], messages: message });
});

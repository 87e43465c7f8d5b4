import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { providerWindows } from '../../../engine/certify/provider-windows.ts';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { ModelTokenizer } from '../../../engine/tokenize/load-tokenizer.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import { parquetFile } from '../../fixtures/parquet-file.ts';

const tokenizer = {
  encode: (text: string, limit = 1e9) => [...new TextEncoder().encode(text)].slice(0, limit),
  padId: 0,
  special: { vocabSize: 300, specialIds: [0] },
} as unknown as ModelTokenizer;

const line = (text: string): string => `${JSON.stringify({ text })}\n`;
const texts = Array.from({ length: 45 }, (_, at) => `the river runs past window ${at} and on`);
const bytes = (content: string, encoding: BufferEncoding): Uint8Array =>
  new Uint8Array(Buffer.from(content, encoding));
const parquet = parquetFile({ text: texts });

/** Each corpus gives one error, which says what is wrong with it; `bad-corpus.test.ts` shows that the commands print it. */
test.each<[string, string | Uint8Array, string, string]>([
  ['empty.jsonl', '', 'E306', 'There are no rows at all.'],
  ['empty.txt', '', 'E306', 'There are no rows at all.'],
  ['empty.csv', '', 'E306', 'There are no rows at all.'],
  ['header-only.csv', 'text\n', 'E306', 'There are no rows at all.'],
  ['empty.parquet', '', 'T314', 'is no Parquet file'],
  ['no-rows.parquet', parquetFile({ text: [] }), 'E306', 'There are no rows at all.'],
  ['tiny.jsonl', texts.slice(0, 5).map(line).join(''), 'E303', 'has 5 usable texts'],
  ['tiny.txt', texts.slice(0, 5).join('\n'), 'E303', 'has 5 usable texts'],
  ['huge-line.jsonl', line('x'.repeat(17 << 20)), 'E306', 'Line 1: longer than 16 MiB.'],
  ['no-utf8.jsonl', bytes(line('café'), 'latin1'), 'E306', 'Line 1: not valid UTF-8.'],
  ['no-utf8.txt', bytes('café', 'latin1'), 'E306', 'Line 1: not valid UTF-8.'],
  ['no-utf8.csv', bytes('text\ncafé\n', 'latin1'), 'E306', 'Line 2: not valid UTF-8.'],
  ['utf16.csv', bytes('\uFEFFtext\nx\n', 'utf16le'), 'T314', 'encoded in UTF-16. Save it as UTF-8.'],
  ['binary.txt', 'a\0b', 'E306', 'Line 1: not a text: it has NUL characters.'],
  ['duplicates.jsonl', line(texts[0]!).repeat(45), 'T320', '39 of 40 windows repeat others'],
  [
    'duplicates.parquet',
    parquetFile({ text: new Array(45).fill('again and again') }),
    'T320',
    '39 of 40 windows',
  ],
  ['too-short.jsonl', line('a').repeat(45), 'E304', 'Only 0 of 45 texts have at least two tokens'],
  ['column.parquet', parquetFile({ txt: texts }), 'E306', 'Did you mean "txt"?'],
  [
    'nulls.parquet',
    parquetFile({ text: texts.map(() => null) }),
    'E306',
    'Row 1: no string in the field "text".',
  ],
  ['cut-off.parquet', parquet.subarray(0, parquet.length - 9), 'T313', 'its footer is missing'],
  ['cut-off.txt.gz', new Uint8Array(gzipSync(texts.join('\n')).subarray(0, -9)), 'T313', 'broken gzip file'],
])('%s', async (name, content, code, says) => {
  const dataset = `provider: local_jsonl, file: ${name}, seq_len: 32, preview_n: 20, final_n: 20`;
  const config = parseConfig(`model: {id: m}\ndataset: {${dataset}}\n`, { file: '/data/run.yaml' }).value;
  const settings = resolveRunSettings(config!, { profile: 'dev', tier: 'balanced', environment: {} }).value;
  const files = new MemoryFiles({ [`/data/${name}`]: content });
  const { value, findings } = await providerWindows(files, settings!, tokenizer, 'causal');
  expect([value, findings]).toEqual([
    undefined,
    [expect.objectContaining({ code, severity: 'error', message: expect.stringContaining(says) })],
  ]);
});

import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkFileRules } from '../../../../engine/config/file-rules/check-file-rules.ts';
import { parseConfig } from '../../../../engine/config/load-config.ts';
import { marked } from '../../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

type Expected = readonly (readonly [code: string, says: string])[];

const disk: Readonly<Record<string, string | Uint8Array>> = {
  '/p/a.csv': `id,text,answer\n${'1,x,y\n'.repeat(4)}`,
  '/p/b.csv': 'id,text\n1,x\n',
  '/p/marked.csv': '\uFEFFtext,id\nx,1\n',
  '/p/a.tsv': 'id\tbody\n1\tx\n',
  '/p/a.txt': 'one\ntwo\n',
  '/p/a.csv.gz': new Uint8Array(gzipSync('body\nx\n')),
  '/p/a.zip': 'PK\u0003\u0004',
  '/p/array.json': '\n [{"text":"x"}]',
  '/p/wide.csv': `${'x'.repeat(70_000)}\n`,
  '/p/none.csv': 'text\n',
  '/p/odd.csv': '"te\nxt",b\nx,y\n',
};

const provider = (rest: string, name = 'local_jsonl'): string => `dataset: {provider: ${name}, ${rest}}\n`;

test.each<[string, string, Expected]>([
  ['as many rows as windows', provider('file: a.csv, preview_n: 2, final_n: 2'), []],
  [
    'the line of names is no row',
    provider('file: a.csv, preview_n: ⟦3⟧, final_n: 3'),
    [['E303', 'The data has 4 lines, but 6 windows']],
  ],
  [
    'each file has its line of names',
    provider('data_files: [a.csv, b.csv], preview_n: ⟦3⟧, final_n: 3'),
    [['E303', 'has 5 lines']],
  ],
  ['no rows', provider('file: ⟦none.csv⟧, preview_n: 3, final_n: 3'), [['E306', '/p/none.csv has no rows.']]],
  ['nobody counts a packed file', provider('file: a.csv.gz, preview_n: 9, final_n: 9'), []],
  [
    'a column that is not there',
    provider('file: a.csv, text_field: ⟦txt⟧'),
    [
      [
        'E306',
        '/p/a.csv has no column "txt". Did you mean "text"? The fields there are "id", "text", "answer".',
      ],
    ],
  ],
  ['a column that is not there by default', provider('file: ⟦a.tsv⟧'), [['E306', 'no column "text".']]],
  ['names behind a byte order mark', provider('file: marked.csv'), []],
  [
    'two columns that are not there',
    provider('file: ⟦a.tsv⟧', 'local_jsonl_pairs'),
    [
      ['E307', 'no column "source"'],
      ['E307', 'no column "target"'],
    ],
  ],
  ['a column of tasks', provider('file: ⟦a.csv⟧', 'local_jsonl_tasks'), [['E307', 'no column "prompt"']]],
  ['plain text has one field', provider('file: a.txt, text_field: ⟦body⟧'), [['E306', '"text"']]],
  ['files of several formats may differ', provider('data_files: [a.tsv, a.txt]'), []],
  ['a line of names that is too long to look at', provider('file: wide.csv'), []],
  ['a name of several lines', provider('file: odd.csv'), []],
  ['another format', provider('file: ⟦a.zip⟧'), [['T314', '/p/a.zip is a zip archive. Unpack it.']]],
  ['an array', provider('path: ⟦array.json⟧'), [['T314', 'one JSON array']]],
])('%s', async (_, input, expected) => {
  const { text, range } = marked(input);
  const { value } = parseConfig(text, { file: '/p/run.yaml' });
  if (!value) throw new Error('the configuration of this test is wrong');
  const findings = await checkFileRules(new MemoryFiles(disk), value);
  expect(findings.map(({ code, message }) => [code, message])).toEqual(
    expected.map(([code, says]) => [code, expect.stringContaining(says)]),
  );
  if (range) expect(findings[0]).toMatchObject({ range, severity: 'error' });
});

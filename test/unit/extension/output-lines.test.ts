import { expect, it } from 'vitest';
import { certificateInLine, outputLines, progressInLine } from '../../../extension/tasks/output-lines.ts';

it.each([
  [['a\nb\n'], ['a', 'b']],
  [
    ['a', 'b\nc'],
    ['ab', 'c'],
  ],
  [
    ['a\r', '\nb\r\n'],
    ['a', 'b'],
  ],
  [
    ['\n', '\n'],
    ['', ''],
  ],
  [[''], []],
])('splits %j into lines', (pieces, expected) => {
  const lines: string[] = [];
  const split = outputLines((line) => lines.push(line));
  for (const piece of pieces) split.push(piece);
  split.end();
  expect(lines).toEqual(expected);
});

it.each([
  ['certificate: /tmp/out/evaluation.cert.json', '/tmp/out/evaluation.cert.json'],
  ['certificate: reports/evaluation.cert.json  ', 'reports/evaluation.cert.json'],
  ['certificate: /tmp/my runs/evaluation.cert.json', '/tmp/my runs/evaluation.cert.json'],
  ['/tmp/out/evaluation.cert.json', '/tmp/out/evaluation.cert.json'],
  ['certificate: /tmp/out/missing.cert.json', undefined],
  ['html: /tmp/out/evaluation_certificate.html', undefined],
  ['', undefined],
])('finds the certificate of %j', (line, expected) => {
  const files = new Set([
    '/tmp/out/evaluation.cert.json',
    '/tmp/my runs/evaluation.cert.json',
    'reports/evaluation.cert.json',
  ]);
  expect(certificateInLine(line, (path) => files.has(path))).toBe(expected);
});

it.each([
  ['[1/3] Baseline models/tiny-gpt2', '[1/3] Baseline models/tiny-gpt2'],
  ['PHASE 1/3 · BASELINE EVALUATION', 'PHASE 1/3 · BASELINE EVALUATION'],
  ['[EXEC] subject: 40/200 windows, 900 tokens/s', 'subject: 40/200 windows, 900 tokens/s'],
  ['[EXEC] Baseline done (1.20s)', undefined],
  ['  subject: 40/400 windows, 900 tokens/s', 'subject: 40/400 windows, 900 tokens/s'],
  ['PASS  The perplexity is 0.9999', undefined],
  ['certificate: 1/2', undefined],
])('reads the progress of %j', (line, expected) => {
  expect(progressInLine(line)).toBe(expected);
});

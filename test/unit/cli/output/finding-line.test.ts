import { expect, test } from 'vitest';
import { findingLine, makeStyle } from '../../../../engine/cli/output/terminal.ts';
import type { Finding } from '../../../../engine/core/findings.ts';

const style = makeStyle(false);
const text = (file: string) => (file === 'a.yaml' ? 'x: 1\ny: 2\n' : undefined);
const finding = { code: 'M204', severity: 'error', message: 'config.json: x is 1.' } as const;

test.each<[string, Finding, string]>([
  ['a finding about nothing in particular', finding, 'error M204: config.json: x is 1.'],
  [
    'a place in a text',
    { ...finding, file: 'a.yaml', range: { start: 5, end: 6 } },
    'a.yaml:2:1: error M204: config.json: x is 1.',
  ],
  [
    'a file that the message does not tell apart from that of another model',
    { ...finding, file: '/models/b/config.json' },
    'error M204: config.json: x is 1. (/models/b/config.json)',
  ],
  [
    'a file whose folder the message names',
    { ...finding, message: 'There is no config.json in /models/b.', file: '/models/b/config.json' },
    'error M204: There is no config.json in /models/b.',
  ],
])('%s', (_, given, expected) => {
  expect(findingLine(given, text, style)).toBe(expected);
});

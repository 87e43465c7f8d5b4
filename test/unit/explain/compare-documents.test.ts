import { expect, test } from 'vitest';
import { compareDocuments } from '../../../engine/explain/compare-documents.ts';
import { comparisonLines } from '../../../engine/explain/comparison-lines.ts';
import { comparisonOverview } from '../../../engine/explain/comparison-overview.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const lines = (left: unknown, right: unknown, volatile: readonly string[] = [], ignore = false) =>
  comparisonLines(compareDocuments(left, right, volatile), ignore);

test.each<[string, unknown, unknown, readonly string[]]>([
  [
    'nothing',
    { a: 1, b: [1, { c: null }] },
    { b: [1, { c: null }], a: 1 },
    ['0 differences, 3 equal values.'],
  ],
  ['NaN and NaN', { a: Number.NaN }, { a: Number.NaN }, ['0 differences, 1 equal values.']],
  ['a number', { a: 2 }, { a: 2.5 }, ['  a: 2 → 2.5 (+25 %)', '1 difference, 0 equal values.']],
  ['a number below zero', { a: -2 }, { a: -3 }, ['  a: -2 → -3 (-50 %)', '1 difference, 0 equal values.']],
  ['a text', { a: 'x' }, { a: 'y' }, ['  a: "x" → "y"', '1 difference, 0 equal values.']],
  ['a missing value', { a: 1 }, {}, ['  a: 1 → absent', '1 difference, 0 equal values.']],
  ['null is not missing', { a: null }, {}, ['  a: null → absent', '1 difference, 0 equal values.']],
  ['other types', { a: { b: 1 } }, { a: [1] }, ['  a: {"b":1} → [1]', '1 difference, 0 equal values.']],
  [
    'a list of numbers is one difference',
    { a: [1, 2, 3, null] },
    { a: [1, 2.5, 2, 4] },
    ['  a: 3 of 4 differ, most at 2 (-1)', '1 difference, 0 equal values.'],
  ],
  [
    'lists of other lengths',
    { a: [[1], [2]] },
    { a: [[1], [2], [3]] },
    ['  a: 1 of 2 and 3 entries differ', '1 difference, 0 equal values.'],
  ],
  [
    'lists of objects go entry by entry',
    { a: [{ b: 1 }, { b: 2 }] },
    { a: [{ b: 1 }, { b: 3 }] },
    ['  a/1/b: 2 → 3 (+50 %)', '1 difference, 1 equal values.'],
  ],
  ['whole documents', 1, 2, ['  the document: 1 → 2 (+100 %)', '1 difference, 0 equal values.']],
  [
    'odd keys',
    { 'a/b': { '~': 1 }, __proto__x: 1 },
    { 'a/b': { '~': 2 }, __proto__x: 1 },
    ['  a~1b/~0: 1 → 2 (+100 %)', '1 difference, 1 equal values.'],
  ],
])('%s', (_name, left, right, expected) => {
  expect(lines(left, right)).toEqual(expected);
});

test('what decides comes first and volatile fields last', () => {
  const left = { aaa: 1, artifacts: { at: 1 }, primary_metric: { final: 1 }, validation: { ok: true } };
  const right = { aaa: 2, artifacts: { at: 2 }, primary_metric: { final: 2 }, validation: { ok: false } };
  const { differences } = compareDocuments(left, right, ['/artifacts']);
  expect(differences.map(({ pointer }) => pointer)).toEqual([
    '/validation/ok',
    '/primary_metric/final',
    '/aaa',
    '/artifacts/at',
  ]);
  expect(differences.map(({ volatile }) => volatile)).toEqual([false, false, false, true]);
});

test('a volatile pointer covers what is below it and nothing beside it', () => {
  const left = { at: { x: 1 }, atx: 1 };
  const right = { at: { x: 2 }, atx: 2 };
  expect(lines(left, right, ['/at'], true)).toEqual([
    '  atx: 1 → 2 (+100 %)',
    '1 difference, 0 equal values, 1 volatile differences ignored.',
  ]);
  expect(lines(left, right, ['/at'])[1]).toBe('  at/x: 1 → 2 (+100 %)  (volatile)');
});

test('long values are cut, and nothing in them moves the cursor', () => {
  const [line = ''] = lines({ a: `${'x'.repeat(100)}` }, { a: '\u001b[31m' });
  expect(line.length).toBeLessThan(100);
  expect(lines({ 'a\u001b': 1 }, {}).join('')).not.toContain('\u001b');
});

test('the overview has a column for each document', () => {
  const { baseline, subject } = makeReports();
  const [head, ...rows] = comparisonOverview('report', [
    { name: 'one', value: baseline },
    { name: 'two', value: subject },
    { name: 'three', value: {} },
  ]);
  expect(head).toMatch(/^ +one +two +three$/u);
  expect(rows).toContain('edit                noop       quant_rtn       -');
  expect(rows.find((row) => row.startsWith('ratio'))).toMatch(/^ratio vs baseline +- +1\.0\d+ +-$/u);
});

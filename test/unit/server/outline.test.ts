import { expect, test } from 'vitest';
import type { DocumentSymbol, SelectionRange } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { documentSymbols, foldingRanges, selectionRanges } from '../../../server/features/outline.ts';
import { withCursor } from '../../fixtures/marked-text.ts';

const open = (text: string) => TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);

const text = [
  '# What we',
  '# certify.',
  'certify: {baseline: a, subject: b}',
  '_x: &x {seed: 1}',
  'dataset:',
  '  <<: *x',
  '  seq_len: 8 # tokens',
  '',
  'guards:',
  '  order:',
  '    - rmt',
  '',
].join('\n');

test('symbols are what the text itself holds', () => {
  const shown = (symbols: DocumentSymbol[] = []): unknown[] =>
    symbols.map(({ name, detail, children }) => [
      name,
      ...(detail === undefined ? [] : [detail]),
      ...(children ? [shown(children)] : []),
    ]);
  expect(shown(documentSymbols(open(text)))).toEqual([
    [
      'certify',
      [
        ['baseline', 'a'],
        ['subject', 'b'],
      ],
    ],
    ['_x', [['seed', '1']]],
    ['dataset', [['seq_len', '8']]],
    ['guards', [['order', '[rmt]', [['[0]', 'rmt']]]]],
  ]);
});

test('every symbol holds its name and its children', () => {
  const check = (symbols: DocumentSymbol[], document: TextDocument, inside?: [number, number]) => {
    for (const { range, selectionRange, children } of symbols) {
      const own: [number, number] = [document.offsetAt(range.start), document.offsetAt(range.end)];
      expect(document.offsetAt(selectionRange.start)).toBeGreaterThanOrEqual(own[0]);
      expect(document.offsetAt(selectionRange.end)).toBeLessThanOrEqual(own[1]);
      if (inside) {
        expect(own[0]).toBeGreaterThanOrEqual(inside[0]);
        expect(own[1]).toBeLessThanOrEqual(inside[1]);
      }
      check(children ?? [], document, own);
    }
  };
  for (const source of [
    text,
    'a:\n  - - b: 1\n    -\n  c',
    'a: {b: [c, {d: e}',
    '? [x]\n: 1\n',
    'a: |\n  b\n\n\nc: 1',
  ])
    check(documentSymbols(open(source)), open(source));
});

test('sections and comments fold', () => {
  expect(foldingRanges(open(text)).map(({ startLine, endLine, kind }) => [startLine, endLine, kind])).toEqual(
    [
      [4, 6, undefined],
      [8, 10, undefined],
      [9, 10, undefined],
      [0, 1, 'comment'],
    ],
  );
});

test.each([
  ['dataset:\n  seq_len: 1|28\n', ['128', 'seq_len: 128', 'dataset:\n  seq_len: 128']],
  ['dataset:\n  seq|_len: 128\n', ['seq_len', 'seq_len: 128', 'dataset:\n  seq_len: 128']],
  ['guards: {order: [r|mt]}', ['rmt', '[rmt]', 'order: [rmt]', '{order: [rmt]}', 'guards: {order: [rmt]}']],
])('selection grows outwards: %j', (source, expected) => {
  const { text: plain, offset } = withCursor(source);
  const document = open(plain);
  const [range] = selectionRanges(document, [document.positionAt(offset)]);
  const steps: string[] = [];
  for (let at: SelectionRange | undefined = range; at; at = at.parent) {
    const part = document.getText(at.range);
    if (steps[steps.length - 1] !== part) steps.push(part);
  }
  for (const step of expected) expect(steps).toContain(step);
  expect(steps[0]).toBe(expected[0]);
  expect(steps[steps.length - 1]).toBe(plain);
});

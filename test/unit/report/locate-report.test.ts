import { expect, test } from 'vitest';
import { locateReport, newestFirst } from '../../../engine/report/locate-report.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

test.each<[readonly string[], readonly string[]]>([
  [
    ['20260101_000000', '20260102_000000'],
    ['20260102_000000', '20260101_000000'],
  ],
  [
    ['20260101_000000_10', '20260101_000000_2', '20260101_000000'],
    ['20260101_000000_10', '20260101_000000_2', '20260101_000000'],
  ],
  [
    ['zzz', '20260101_000000'],
    ['20260101_000000', 'zzz'],
  ],
  [['.20260103_000000.partial', 'x'], ['x']],
])('%j is, newest first, %j', (names, expected) => {
  expect(newestFirst(names)).toEqual(expected);
});

const files = new MemoryFiles({
  '/runs/source/20260101_000000/report.json': '{}',
  '/runs/edited/20260101_000000/report.json': '{}',
  '/runs/edited/20260102_000000/report.json': '{}',
  '/runs/edited/20260103_000000/events.jsonl': '',
  '/other/report.json': '{}',
});

test.each<[string, 'source' | 'edited', string | undefined]>([
  ['/other/report.json', 'edited', '/other/report.json'],
  ['/other', 'edited', '/other/report.json'],
  ['/runs/edited', 'edited', '/runs/edited/20260102_000000/report.json'],
  ['/runs', 'edited', '/runs/edited/20260102_000000/report.json'],
  ['/runs', 'source', '/runs/source/20260101_000000/report.json'],
  ['/runs/edited/20260103_000000', 'edited', undefined],
  ['/nowhere', 'edited', undefined],
])('%s for %s is %s', async (named, arm, expected) => {
  expect(await locateReport(files, named, arm)).toBe(expected);
});

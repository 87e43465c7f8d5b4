import { expect, test } from 'vitest';
import { phaseTiming, timingJson, timingLines } from '../../../../engine/cli/output/phase-timing.ts';

test('steps are timed by their phases, and everything before the first is preparation', () => {
  let nowMs = 1000;
  const clock = { now: () => new Date(0), monotonicMs: () => nowMs };
  const ended: string[] = [];
  const seen: string[] = [];
  const timing = phaseTiming(
    clock,
    0,
    ['Baseline'],
    ({ kind }) => seen.push(kind),
    ({ name }) => ended.push(name),
  );
  timing.onProgress({ kind: 'phase', index: 1, count: 2, title: 'Baseline m' });
  nowMs = 1500;
  timing.onProgress({ kind: 'notice', text: 'half way' });
  nowMs = 3250;
  timing.onProgress({ kind: 'phase', index: 2, count: 2, title: 'Attempt 2 of 3: prune20 of m' });
  nowMs = 4000;
  const finished = timing.finish();
  expect([seen, ended]).toEqual([
    ['phase', 'notice', 'phase'],
    ['Baseline', 'Attempt 2 of 3'],
  ]);
  expect(timingLines(finished, 12.3456)).toEqual([
    '',
    'TIMING SUMMARY',
    '  Preparation       : 1.00 s',
    '  Baseline          : 2.25 s',
    '  Attempt 2 of 3    : 0.75 s',
    '  Total             : 4.00 s',
    '  Peak memory       : 12.35 MiB',
  ]);
  expect(timingJson(finished)).toEqual({
    steps: [
      { name: 'preparation', seconds: 1 },
      { name: 'baseline', seconds: 2.25 },
      { name: 'attempt 2 of 3', seconds: 0.75 },
    ],
    total_seconds: 4,
  });
});

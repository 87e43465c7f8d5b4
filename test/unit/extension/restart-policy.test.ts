import { expect, it } from 'vitest';
import { makeRestartPolicy } from '../../../extension/client/restart-policy.ts';

const MINUTE_MS = 60_000;

it.each([
  ['a few endings', [0, 1, 2], [true, true, true]],
  ['a loop of endings', [0, 1, 2, 3, 4], [true, true, true, false, false]],
  [
    'endings far apart',
    [0, 4, 8, 12, 16].map((minutes) => minutes * MINUTE_MS),
    [true, true, true, true, true],
  ],
])('answers %s', (_name, times, expected) => {
  const policy = makeRestartPolicy();
  expect(times.map((time) => policy.mayRestart(time))).toEqual(expected);
});

it('starts afresh after a restart that a person asked for', () => {
  const policy = makeRestartPolicy();
  for (const time of [0, 1, 2, 3]) policy.mayRestart(time);
  policy.reset();
  expect(policy.mayRestart(4)).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { accuracyOf, compareAccuracy, type IdentifiedOutcome } from '../../../engine/metrics/accuracy.ts';
import { classification } from '../../../engine/metrics/classification.ts';
import { compareMetric } from '../../../engine/metrics/compare-metric.ts';
import { choiceRecord, exactRecord, readExampleRecord } from '../../../engine/metrics/example-record.ts';

const bootstrap = { enabled: true, method: 'bca_paired_delta_log', replicates: 400, alpha: 0.05, seed: 42 };

/** One outcome per letter: r right, w wrong, ? unknown. */
function outcomes(letters: string, digest = 'd'): IdentifiedOutcome[] {
  return [...letters].map((letter, id) => ({
    id,
    digest,
    correct: letter === '?' ? null : letter === 'r',
  }));
}

describe('the share of right answers', () => {
  test.each([
    ['rrrw', 0.75],
    ['', null],
    ['rr?', null],
  ])('%s', (letters, expected) => expect(accuracyOf(outcomes(letters))).toBe(expected));
});

describe('against the baseline', () => {
  test('counts what changed and draws the interval from the pairs', () => {
    const [subject, baseline] = ['rwwrrwrrrr', 'rrwrwrrrrr'];
    const compared = compareAccuracy(outcomes(subject), outcomes(baseline), bootstrap);
    expect(compared).toMatchObject({ pairs: 10, lost: 2, gained: 1, delta: -0.1, pValue: 1 });
    const flags = (letters: string) => [...letters].map((l) => ({ value: l === 'r' ? 1 : 0, weight: 1 }));
    const { ci, displayCi } = compareMetric('accuracy', flags(subject), flags(baseline), {
      replicates: 400,
      seed: 545,
      ciLevel: 0.95,
    });
    expect(compared.interval).toEqual(ci);
    expect(compared.intervalPp).toEqual(displayCi);
  });

  test('pairs by id and question, and leaves out what nobody knows', () => {
    const subject = outcomes('rr?r').map((outcome) =>
      outcome.id === 1 ? { ...outcome, digest: 'e' } : outcome,
    );
    expect(compareAccuracy(subject, outcomes('wwww').slice(0, 3), bootstrap)).toMatchObject({
      pairs: 1,
      gained: 1,
    });
  });

  test.each([
    ['a single pair', 'r', bootstrap],
    ['no replicates', 'rr', { ...bootstrap, replicates: 0 }],
    ['a bootstrap that is off', 'rr', { ...bootstrap, enabled: false }],
  ])('%s gives no interval', (_, letters, settings) => {
    const compared = compareAccuracy(outcomes(letters), outcomes(letters), settings);
    expect([compared.interval, compared.intervalPp, compared.delta]).toEqual([undefined, undefined, 0]);
  });

  test('nothing to compare', () => {
    expect(compareAccuracy([], [], bootstrap)).toMatchObject({ pairs: 0, delta: null, pValue: 1 });
  });
});

const records = [
  choiceRecord({ digest: 'a', answer: 0, scores: [-1, -2] }),
  choiceRecord({ digest: 'b', answer: 0, scores: [-1, -1] }),
  choiceRecord({ digest: 'c', answer: 0, scores: [-1, null] }),
  exactRecord({ digest: 'd', tokens: 2, matched: 1 }),
];

test('counts of an arm', () => {
  expect(classification({ preview: [], final: records }, true)).toMatchObject({
    preview: { correct_total: 0, total: 0 },
    final: { example_correct: [1, 0, null, 0], correct_total: 1, total: 4, ties_total: 1 },
    n_correct: 1,
    n_total: 4,
    counts_source: 'measured',
    length_normalized: true,
  });
});

describe('a record in a file', () => {
  test.each(records)('$kind $digest is read as it was written', (record) => {
    expect(readExampleRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('is decided again', () => {
    expect(readExampleRecord({ ...records[1], chosen: 0, correct: true })).toEqual(records[1]);
    expect(readExampleRecord({ ...records[3], correct: true })).toEqual(records[3]);
  });

  test.each([
    ['nothing', null],
    ['no digest', { ...records[0], digest: '' }],
    ['another kind', { ...records[0], kind: 'essay' }],
    ['one score', { ...records[0], scores: [-1] }],
    ['a score that is a text', { ...records[0], scores: [-1, '-2'] }],
    ['an answer that no choice has', { ...records[0], answer: 2 }],
    ['more matches than tokens', { ...records[3], matched: 3 }],
    ['no token', { ...records[3], tokens: 0, matched: 0 }],
  ])('%s is none', (_, value) => expect(readExampleRecord(value)).toBeUndefined());
});

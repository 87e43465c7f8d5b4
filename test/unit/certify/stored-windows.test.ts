import { expect, test } from 'vitest';
import { checkStoredWindows, storesWindows, withoutTokens } from '../../../engine/certify/stored-windows.ts';
import { makeReports } from '../../fixtures/run-report.ts';

test.each([
  [undefined, true],
  ['', true],
  ['1', true],
  ['yes', true],
  ['0', false],
  ['False', false],
  [' no ', false],
  ['off', false],
])('INVARLOCK_STORE_EVAL_WINDOWS=%s keeps the tokens: %s', (value, expected) => {
  const environment = { INVARLOCK_STORE_EVAL_WINDOWS: value };
  expect(storesWindows(environment)).toBe(expected);
  expect(checkStoredWindows(environment).map(({ code }) => code)).toEqual(expected ? [] : ['C142']);
});

test('what is left out is the text alone, and the report says so', () => {
  const { subject } = makeReports({ windows: 3 });
  const stored = withoutTokens(subject);
  for (const arm of ['preview', 'final'] as const) {
    const { input_ids, attention_masks, labels, ...rest } = stored.evaluation_windows[arm];
    expect([input_ids, attention_masks, labels]).toEqual([[], [], []]);
    const kept = subject.evaluation_windows[arm];
    expect(rest).toEqual({
      window_ids: kept.window_ids,
      logloss: kept.logloss,
      token_counts: kept.token_counts,
      masked_token_counts: kept.masked_token_counts,
      actual_token_counts: kept.actual_token_counts,
    });
  }
  expect(stored.meta.env_flags).toMatchObject({ INVARLOCK_STORE_EVAL_WINDOWS: '0' });
  expect(subject.evaluation_windows.final.input_ids).toHaveLength(3);
});

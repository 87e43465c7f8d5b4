import { expect, test } from 'vitest';
import type { Clock } from '../../../engine/core/ports.ts';
import { eventLine, openEventLog } from '../../../engine/report/events.ts';
import { redactEventData } from '../../../engine/report/redact-event-data.ts';

const clock: Clock = { now: () => new Date(2025, 10, 2, 12, 0, 0, 7), monotonicMs: () => 0 };

test('a record has the keys of the event log, in one sorted ASCII line', () => {
  const log = openEventLog(clock, 'run-1');
  const seconds = Math.floor(clock.now().getTime() / 1000);
  expect(log.sessionId).toBe(`session_${seconds}`);
  expect(eventLine(log.record('eval', 'start', { note: 'é', windows: 2 }))).toBe(
    `{"component": "eval", "data": {"note": "\\u00e9", "windows": 2}, "level": "INFO", "operation": "start", ` +
      `"run_id": "run-1", "session_id": "session_${seconds}", "timestamp": "2025-11-02T12:00:00.007"}\n`,
  );
});

test('a record without data or run id has neither key', () => {
  const record = openEventLog(clock).record('runner', 'error', {}, 'ERROR');
  expect(Object.keys(record)).toEqual(['timestamp', 'session_id', 'component', 'operation', 'level']);
});

// The inputs are the reference's own redaction cases; where its substring rule hid a count or a word, ours keeps it.
test.each<[input: Record<string, unknown>, expected: Record<string, unknown>]>([
  [{ tokens: 5 }, { tokens: 5 }],
  [{ Token_Count: [1, 2] }, { Token_Count: [1, 2] }],
  [
    { count: 3, note: 'token_mean' },
    { count: 3, note: 'token_mean' },
  ],
  [{ author: 'x' }, { author: 'x' }],
  [{ a: { api_key: 'z', ok: 1 } }, { a: { api_key: '<redacted>', ok: 1 } }],
  [{ email: null }, { email: '<redacted>' }],
  [{ nested: { secret: { deep: 1 } } }, { nested: { secret: '<redacted>' } }],
  [{ credentials: { user: 'u' } }, { credentials: '<redacted>' }],
  [{ items: [{ token: 1, k: 2 }] }, { items: [{ token: '<redacted>', k: 2 }] }],
  [{ path: '/data/authors.txt' }, { path: '/data/authors.txt' }],
  [{ PASSWORD: '' }, { PASSWORD: '<redacted>' }],
  [
    { hfToken: 'x', 'client-secret': 'y' },
    { hfToken: '<redacted>', 'client-secret': '<redacted>' },
  ],
  [{ eos_token: '<|endoftext|>' }, { eos_token: '<|endoftext|>' }],
  [{ input_tokens_seen: 0 }, { input_tokens_seen: 0 }],
  [{ error: 'refused hf_abcdefghijklmnopqrstuvwx here' }, { error: 'refused <redacted> here' }],
  [{ header: 'Bearer abc.def' }, { header: '<redacted>' }],
  [{ text: 'x'.repeat(513) }, { text: '<str len=513>' }],
  [
    { bytes: new Uint8Array(3), losses: new Float32Array([0.5]) },
    { bytes: '<bytes len=3>', losses: [0.5] },
  ],
  [
    { n: Number.NaN, empty: {}, list: [] },
    { n: null, empty: {}, list: [] },
  ],
])('%j is logged as %j', (input, expected) => {
  expect(JSON.parse(JSON.stringify(redactEventData(input)))).toEqual(expected);
});

test('token ids are logged as their count and digest, at any depth', () => {
  const { schedule } = redactEventData({
    schedule: { final: { input_ids: [[1, 2, 3], [4]], window_ids: [7] } },
  });
  expect(JSON.parse(JSON.stringify(schedule))).toEqual({
    final: {
      input_ids: { count: 4, sha256: 'fc0f08e8184c0cf939ad4830a861fd560f17b76801dfafe3d5a3cba0046d5b00' },
      window_ids: [7],
    },
  });
});

import { expect, test } from 'vitest';
import type { CertifyProgress } from '../../../../engine/certify/certify-progress.ts';
import { bannerLines } from '../../../../engine/cli/output/banner.ts';
import {
  type EventTag,
  eventLine,
  keyValueLine,
  type OutputStyle,
  styleOfProfile,
} from '../../../../engine/cli/output/output-style.ts';
import { showProgress } from '../../../../engine/cli/output/show-progress.ts';
import { makeStyle, type Terminal } from '../../../../engine/cli/output/terminal.ts';

const plain = makeStyle(false);

test.each<[OutputStyle, EventTag, string]>([
  ['audit', 'PASS', '[PASS] done'],
  ['audit', 'EXEC', '[EXEC] done'],
  ['friendly', 'PASS', '✅ done'],
  ['friendly', 'EDIT', '🔧 done'],
  ['friendly', 'EXEC', '  done'],
])('%s %s is %j', (style, tag, expected) => {
  expect(eventLine(style, tag, 'done', plain)).toBe(expected);
});

test('colour is on the tag for audits and on the text for people', () => {
  const colour = makeStyle(true);
  expect(eventLine('audit', 'METRIC', 'x', colour)).toBe('\u001b[36m[METRIC]\u001b[39m x');
  expect(eventLine('friendly', 'FAIL', 'x', colour)).toBe('❌ \u001b[31mx\u001b[39m');
});

test.each([
  ['dev', 'friendly'],
  ['nightly', 'friendly'],
  ['ci', 'audit'],
  [' CI_CPU ', 'audit'],
  ['release', 'audit'],
])('a run under %s is %s', (profile, expected) => {
  expect(styleOfProfile(profile)).toBe(expected);
});

test('a label is padded', () => {
  expect([keyValueLine('Report', 'r.json'), keyValueLine('Report', 'r.json', 10)]).toEqual([
    '  Report            : r.json',
    '  Report    : r.json',
  ]);
});

test('the banner is a box whose sides meet, or one line; a name cannot move the cursor', () => {
  const facts = { profile: 'ci', tier: 'balanced', adapter: 'au\u001bto' };
  const box = bannerLines(facts, 'audit');
  expect(new Set(box.map((line) => line.length)).size).toBe(1);
  expect(box[2]).toContain('Profile: ci · Tier: balanced · Adapter: au\ufffdto');
  expect(bannerLines(facts, 'friendly')).toEqual([
    expect.stringMatching(/^🔒 InvarLock \S+ · Profile: ci · Tier: balanced/u),
  ]);
});

const events: CertifyProgress[] = [
  { kind: 'phase', index: 2, count: 3, title: 'Subject m' },
  { kind: 'notice', text: 'so it is', about: 'edit' },
  { kind: 'notice', text: 'and so' },
  { kind: 'windows', arm: 'subject', done: 1, total: 20, tokensPerSecond: 9.6 },
  { kind: 'windows', arm: 'subject', done: 2, total: 20, tokensPerSecond: 9.6 },
];
const rule = '═'.repeat(67);

test.each<[OutputStyle, CertifyProgress[], string[]]>([
  [
    'audit',
    events,
    [
      rule,
      'PHASE 2/3 · SUBJECT EVALUATION',
      rule,
      '[EXEC] Subject m',
      '[EDIT] so it is',
      '[INFO] and so',
      '[EXEC] subject: 1/20 windows, 10 tokens/s',
      '[EXEC] subject: 2/20 windows, 10 tokens/s',
    ],
  ],
  [
    'friendly',
    events,
    [
      '[2/3] Subject m',
      '🔧 so it is',
      '💡 and so',
      '  subject: 1/20 windows, 10 tokens/s',
      '  subject: 2/20 windows, 10 tokens/s',
    ],
  ],
  ['audit', [{ kind: 'phase', index: 1, count: 1, title: 'Model m' }], ['[EXEC] Model m']],
])('the progress of a run is shown as %s', (style, progress, expected) => {
  const lines: string[] = [];
  const terminal: Terminal = {
    out: () => {},
    err: (line) => lines.push(line),
    rewrite: undefined,
    style: plain,
  };
  const show = showProgress(terminal, true, style);
  for (const one of progress) show(one);
  expect(lines).toEqual(expected);
  const silent = showProgress(terminal, false, style);
  for (const one of progress) silent(one);
  expect(lines).toHaveLength(expected.length);
});

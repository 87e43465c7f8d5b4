import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateIntegrity } from '../../../engine/certificate/integrity.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { worstWindows } from '../../../engine/report/worst-windows.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const pair = makeReports({ windows: 20 });
/** Four tokens a window, whose mean is the window's loss. */
const tokens = (id: number) => {
  const loss = (records: typeof pair.subject) => {
    const { preview, final } = records.evaluation_windows;
    return [...preview.logloss, ...final.logloss][id] ?? 0;
  };
  const spread = (mean: number) => Float32Array.of(mean - 1, mean + 1, mean, mean);
  return {
    targets: [1, 2, 3, 4],
    baseline: spread(loss(pair.baseline)),
    subject: spread(loss(pair.subject)),
  };
};
const worst = worstWindows({ ...pair, count: 3, tokens, tokenText: String });

interface Changeable {
  readonly worst_windows: {
    increased: number;
    readonly windows: { delta: number; readonly tokens: { ids: unknown; readonly subject_nll: number[] } }[];
  };
  readonly evaluation_windows: { readonly baseline: { preview?: unknown } };
  integrity: unknown;
}

type Change = (certificate: Changeable) => unknown;

/** A certificate that was changed and carries a fresh digest, so that only what is recomputed can tell. */
function findingsAfter(change: Change): readonly string[] {
  const built = buildCertificate({
    baseline: pair.baseline,
    subject: { ...pair.subject, ...(worst ? { worst_windows: worst } : {}) },
    generatedAt: new Date(2025, 10, 2),
    environment: {},
    toolVersion: '0.1.0',
  });
  const certificate: Changeable = JSON.parse(writeJson(built.value));
  change(certificate);
  certificate.integrity = certificateIntegrity(readJson(writeJson(certificate)).value!);
  const { findings } = verifyCertificate(writeJson(certificate), { profile: 'dev' });
  return findings
    .filter(({ pointer }) => pointer?.startsWith('/worst_windows') || pointer?.includes('baseline/preview'))
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

test.each<[string, Change, string[]]>([
  ['nothing', () => {}, []],
  ['the order', (c) => c.worst_windows.windows.reverse(), ['E602 /worst_windows/windows/0/window_id']],
  [
    'a difference',
    (c) => {
      c.worst_windows.windows[1]!.delta += 0.1;
    },
    ['E602 /worst_windows/windows/1/delta'],
  ],
  ['a window left out', (c) => c.worst_windows.windows.pop(), ['E602 /worst_windows/windows']],
  [
    'the loss of a token',
    (c) => {
      c.worst_windows.windows[0]!.tokens.subject_nll[2]! += 0.5;
    },
    ['E602 /worst_windows/windows/0/subject_loss'],
  ],
  [
    'a malformed list',
    (c) => {
      c.worst_windows.windows[0]!.tokens.ids = 'no';
    },
    ['V505 /worst_windows/windows/0/tokens/ids', 'V520 /worst_windows/windows/0/tokens'],
  ],
  [
    'no preview of the baseline',
    (c) => {
      delete c.evaluation_windows.baseline.preview;
    },
    ['V520 /evaluation_windows/baseline/preview'],
  ],
  [
    'how many got worse',
    (c) => {
      c.worst_windows.increased = 0;
    },
    ['E602 /worst_windows/increased'],
  ],
])('worst windows with a change of %s', (_name, change, expected) => {
  expect(findingsAfter(change)).toEqual(expect.arrayContaining(expected));
  if (expected.length === 0) expect(findingsAfter(change)).toEqual([]);
});

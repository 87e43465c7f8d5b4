import { describe, expect, test } from 'vitest';
import { type MeasuredFinding, readDoctorReport } from '../../../extension/doctor/doctor-report.ts';
import { notShownYet } from '../../../extension/doctor/not-shown-yet.ts';
import { type LineChange, stillMeasured } from '../../../extension/doctor/still-measured.ts';

const range = { start: { line: 3, column: 12 }, end: { line: 3, column: 17 } };
const finding = { code: 'D004', severity: 'warning', message: 'few', file: '/project/run.yaml', range };
const report = (...findings: unknown[]) => JSON.stringify({ format_version: 'doctor-v1', findings });

describe('the report of the doctor', () => {
  test('counts from 1, an editor from 0', () => {
    expect(readDoctorReport(report({ ...finding, docs: 'https://x/D004.md' }))).toEqual([
      {
        code: 'D004',
        engineCode: 'D004',
        severity: 'warning',
        message: 'few',
        docs: 'https://x/D004.md',
        place: {
          file: '/project/run.yaml',
          start: { line: 2, character: 11 },
          end: { line: 2, character: 16 },
        },
      },
    ]);
  });
  test('has findings about other files on the line that leads to them', () => {
    const about = { ...finding, file: '/models/a/model.safetensors', range: null };
    const cause = { field: 'certify.subject', file: '/project/run.yaml', range };
    expect(readDoctorReport(report({ ...about, cause }))?.[0]?.place.file).toBe('/project/run.yaml');
    expect(readDoctorReport(report(about))).toEqual([]);
  });
  test('keeps the code of the engine', () => {
    const own = { ...finding, code: 'D011', engine_code: 'T310' };
    expect(readDoctorReport(report(own))?.[0]).toMatchObject({ code: 'D011', engineCode: 'T310' });
  });
  test.each(['', 'not JSON', '[]', '{"findings": []}', '{"format_version": "doctor-v1", "findings": 3}'])(
    '%j is none',
    (output) => expect(readDoctorReport(output)).toBeUndefined(),
  );
  test('leaves out what is no finding', () => {
    const odd = [null, 3, {}, { ...finding, severity: 'fatal' }, { ...finding, range: { start: 1 } }];
    expect(readDoctorReport(report(...odd, finding))).toHaveLength(1);
  });
});

const onLines = (start: number, end = start): MeasuredFinding => ({
  code: 'D004',
  engineCode: 'D004',
  severity: 'warning',
  message: 'few',
  docs: undefined,
  place: { file: 'a', start: { line: start, character: 4 }, end: { line: end, character: 9 } },
});

test.each<[string, LineChange, readonly number[]]>([
  ['a change on a line of its own', { startLine: 5, endLine: 5, lineBreaks: 0 }, [2, 8]],
  ['a new line above', { startLine: 0, endLine: 0, lineBreaks: 1 }, [3, 6, 9]],
  ['two lines removed above', { startLine: 3, endLine: 4, lineBreaks: 0 }, [2, 4, 7]],
  ['a change below', { startLine: 9, endLine: 12, lineBreaks: 5 }, [2, 5, 8]],
  ['everything replaced', { startLine: 0, endLine: 20, lineBreaks: 20 }, []],
])('after %s', (_, change, lines) => {
  const left = stillMeasured([onLines(2), onLines(5), onLines(8)], change);
  expect(left.map(({ place }) => place.start.line)).toEqual(lines);
});

test('a finding over several lines goes when one of them changes', () => {
  const change = { startLine: 3, endLine: 3, lineBreaks: 0 };
  expect(stillMeasured([onLines(2, 4)], change)).toEqual([]);
});

describe('beside what the server shows', () => {
  const at = { line: 2, character: 4 };
  test.each([
    ['the same code at the same place is left out', 'D004', at, 0],
    ['another code stays', 'C134', at, 1],
    ['the same code elsewhere stays', 'D004', { line: 3, character: 4 }, 1],
  ])('%s', (_, code, start, count) =>
    expect(notShownYet([onLines(2)], [{ code, start }])).toHaveLength(count),
  );
  test('a code of the Python tool is known by that of the engine', () => {
    const own = { ...onLines(2), code: 'D011', engineCode: 'T310' };
    expect(notShownYet([own], [{ code: 'T310', start: at }])).toEqual([]);
  });
  test('what two runs found is shown once', () => {
    expect(notShownYet([onLines(2), onLines(2), { ...onLines(2), message: 'other' }], [])).toHaveLength(2);
  });
});

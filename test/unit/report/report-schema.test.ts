import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { reportVolatilePointers } from '../../../engine/report/report-schema.ts';
import { validateReport } from '../../../engine/report/validate-report.ts';
import reportSchema from '../../../schemas/report.schema.json' with { type: 'json' };
import { makeReports } from '../../fixtures/run-report.ts';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addKeyword('x-volatile');
const accepts = ajv.compile(reportSchema);

test('the reports that we write conform to their schema', () => {
  for (const report of Object.values(makeReports())) {
    accepts(report);
    expect(accepts.errors).toBeNull();
  }
});

test.each<[string, unknown]>([
  ['a list', []],
  ['no metrics', { ...makeReports().subject, metrics: undefined }],
  ['no kind', { ...makeReports().subject, metrics: { primary_metric: { final: 1 } } }],
  ['guards that are no list', { ...makeReports().subject, guards: {} }],
  ['a seed that is a text', { ...makeReports().subject, meta: { model_id: 'x', seed: '42' } }],
])('%s is refused by the schema and by the check that runs', (_name, report) => {
  const written: unknown = JSON.parse(JSON.stringify(report));
  expect(accepts(written)).toBe(false);
  expect(validateReport(written).value).toBeUndefined();
});

test('volatile is what the clock, the host, paths and durations decide', () => {
  expect(reportVolatilePointers).toEqual([
    '/meta/ts',
    '/meta/env_flags',
    '/meta/execution/host',
    '/metrics/timings',
    '/metrics/guard_timings',
    '/metrics/latency_ms_per_tok',
    '/metrics/memory_mb_peak',
    '/metrics/memory_snapshots',
    '/metrics/throughput_tok_per_s',
    '/artifacts',
  ]);
});

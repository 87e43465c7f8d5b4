import { expect, test } from 'vitest';
import { validateReport } from '../../../engine/report/validate-report.ts';

const valid = {
  meta: { seed: 42 },
  data: {},
  edit: {},
  guards: [],
  metrics: { primary_metric: { kind: 'ppl_causal', final: 20.5 } },
  artifacts: {},
  flags: {},
};

test.each<[name: string, change: Record<string, unknown>, pointers: string[]]>([
  ['a valid report', {}, []],
  ['a metric without a final value', { metrics: { primary_metric: { kind: 'ppl_causal' } } }, []],
  ['a null final value', { metrics: { primary_metric: { kind: 'ppl_causal', final: null } } }, []],
  [
    'a final value in words',
    { metrics: { primary_metric: { kind: 'a', final: '20' } } },
    ['/metrics/primary_metric/final'],
  ],
  ['an empty metric', { metrics: { primary_metric: {} } }, ['/metrics/primary_metric']],
  ['no metric', { metrics: {} }, ['/metrics/primary_metric']],
  [
    'a metric without a kind',
    { metrics: { primary_metric: { kind: '' } } },
    ['/metrics/primary_metric/kind'],
  ],
  ['guards as an object', { guards: {} }, ['/guards']],
  ['a seed that is not an integer', { meta: { seed: 4.5 } }, ['/meta/seed']],
])('%s', (_name, change, pointers) => {
  const { value, findings } = validateReport({ ...valid, ...change });
  expect(findings.map(({ pointer }) => pointer)).toEqual(pointers);
  expect(value === undefined).toBe(pointers.length > 0);
});

test('every missing section is named', () => {
  expect(validateReport({}).findings.map(({ pointer }) => pointer)).toEqual([
    '/meta',
    '/data',
    '/edit',
    '/guards',
    '/metrics',
    '/artifacts',
    '/flags',
  ]);
  expect(validateReport([]).findings).toHaveLength(1);
});

import { expect, test, vi } from 'vitest';
import type { Guard } from '../../../../engine/guards/run/guard.ts';
import {
  type ChainContext,
  prepareGuards,
  validateGuards,
} from '../../../../engine/guards/run/guard-chain.ts';
import { baselineEntries, subjectEntries } from '../../../../engine/guards/run/report-entries.ts';

const outcome = {
  status: 'failed',
  action: 'abort',
  policy: {},
  metrics: { measurement_contract: { iters: 4 } },
  violations: [{ type: 'x' }],
  warnings: [],
  errors: [],
  details: {},
} as const;

const guards: Record<string, Partial<Guard>> = {
  invariants: {
    prepare: async () => ({ state: 1, metrics: {} }),
    validate: async ({ entry, before }) => ({
      ...outcome,
      status: entry === 'invariants' ? 'passed' : 'failed',
      metrics: { before: [...before.keys()] },
    }),
  },
  spectral: {
    prepare: async () => ({ state: 1, metrics: { measurement_contract: { iters: 3 } } }),
    validate: async () => outcome,
  },
  rmt: { prepare: async () => ({ state: undefined, reason: 'No windows.', metrics: {} }) },
  variance: {
    prepare: async () => ({ state: undefined, reason: 'No targets.', isNotApplicable: true, metrics: {} }),
  },
};
vi.mock('../../../../engine/guards/run/guard-registry.ts', () => ({
  guardNamed: (name: string) => guards[name],
}));

const context = { clock: { monotonicMs: () => 0 } } as unknown as ChainContext;
const arm = (name: 'baseline' | 'subject') => ({ name, tokenizerVocabSize: 1 }) as never;

async function chain(order: readonly string[]) {
  const prepared = await prepareGuards(context, order, arm('baseline'));
  const judged = await validateGuards(context, prepared, arm('subject'));
  return { baseline: baselineEntries(prepared), subject: subjectEntries(judged, prepared) };
}

test('every pass has its entry; what was not judged is neither passed nor failed', async () => {
  const { baseline, subject } = await chain([
    'invariants',
    'spectral',
    'noop',
    'rmt',
    'variance',
    'invariants',
  ]);
  expect(subject.map(({ name, status, passed }) => [name, status, passed])).toEqual([
    ['invariants', 'passed', true],
    ['spectral', 'failed', false],
    ['rmt', 'not_evaluated', null],
    ['variance', 'not_applicable', null],
    ['invariants_post', 'failed', false],
  ]);
  expect(subject.map(({ reason }) => reason)).toEqual([
    undefined,
    undefined,
    'No windows.',
    'No targets.',
    undefined,
  ]);
  expect(baseline.map(({ name, status, passed }) => [name, status, passed])).toEqual([
    ['invariants', 'prepared', null],
    ['spectral', 'prepared', null],
    ['rmt', 'not_evaluated', null],
    ['variance', 'not_applicable', null],
  ]);
});

test('the last pass knows what the others found, and a subject knows how its baseline was measured', async () => {
  const { subject } = await chain(['invariants', 'spectral', 'invariants']);
  expect(subject[2]?.metrics).toEqual({ before: ['invariants', 'spectral'] });
  expect(subject[1]?.baseline_measurement_contract).toEqual({ iters: 3 });
});

test('a guard that does not exist is not evaluated', async () => {
  const { subject } = await chain(['magic']);
  expect(subject).toMatchObject([{ name: 'magic', status: 'not_evaluated', passed: null }]);
});

import { expect, test } from 'vitest';
import { sweepFlags, sweepRuns } from '../../../../engine/calibrate/sweep-runs.ts';
import type { CertifyPlan } from '../../../../engine/certify/prepare-certify.ts';
import type { CertifyPorts } from '../../../../engine/certify/run-certify.ts';
import type { MeasuredRun } from '../../../../engine/certify/sweep/measure-sweep-run.ts';
import { runSweep, type SweepRequest } from '../../../../engine/certify/sweep/run-sweep.ts';
import { nullSweepFiles, varianceSweepFiles } from '../../../../engine/certify/sweep/sweep-files.ts';
import { readTiersFile } from '../../../../engine/config/layers/read-tiers-file.ts';
import { tierPolicies } from '../../../../engine/policy/tiers.ts';
import { MemoryFiles } from '../../../fixtures/memory-files.ts';

const arm = { modelId: 'base', identity: { sha256: 'aa' } };
const plan = {
  baseline: arm,
  subject: { modelId: 'int8', identity: { sha256: 'bb' } },
  execution: { device: 'cpu', memory: { mappedBytes: 1 } },
  settings: { policy: { variance: tierPolicies.balanced.variance } },
} as unknown as CertifyPlan;
const facts = {
  generatedAt: new Date(0),
  baseConfig: 'run.yaml',
  profile: 'ci',
  safetyMargin: 0.5,
  targetRate: 0.5,
};

test('runs are sorted by tier, windows and seed, and say what they change', () => {
  const runs = sweepRuns({
    tiers: ['conservative', 'balanced'],
    seeds: [43, 42],
    windows: [8, 1],
    subjects: [undefined],
  });
  expect(runs.map(({ tier, windows, seed }) => `${tier[0]}${windows}/${seed}`)).toEqual([
    'b1/42',
    'b1/43',
    'b8/42',
    'b8/43',
    'c1/42',
    'c1/43',
    'c8/42',
    'c8/43',
  ]);
  const changes = (run: (typeof runs)[number]) =>
    Object.fromEntries(sweepFlags(run).map(({ pointer, value }) => [pointer.split('/').at(-1), value]));
  expect(changes(runs[0]!)).toEqual({ seed: 42, windows: 1, min_coverage: 1 });
  expect(changes(runs[3]!)).toEqual({ seed: 43, windows: 8, min_coverage: 6 });
});

/** A sweep over three seeds whose guards say what `report` gives. */
async function swept(
  files: SweepRequest['files'],
  report: (seed: number) => object,
  { guard = 'spectral', windows }: { guard?: string; windows?: readonly number[] } = {},
) {
  const world = { files: new MemoryFiles(), started: 0, closed: 0, measured: 0 };
  const stopping = new AbortController();
  const ports = {
    files: world.files,
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    cancelled: stopping.signal,
    environment: {},
    workingFolder: '/',
    async startRuntime() {
      world.started += 1;
      return {
        async close() {
          world.closed += 1;
        },
      };
    },
  } as unknown as CertifyPorts;
  const runs = sweepRuns({
    tiers: ['balanced'],
    seeds: [1, 2, 3],
    subjects: [undefined],
    ...(windows && { windows }),
  });
  const running = runSweep(
    ports,
    {
      runs: runs.map((run) => ({ run, plan })),
      guards: [guard],
      outFolder: '/out',
      files,
      measure: async () => {
        world.measured += 1;
        const said = report(runs[world.measured - 1]!.seed);
        if ('stop' in said) stopping.abort();
        return { guards: [said] } as unknown as MeasuredRun;
      },
    },
    () => undefined,
  );
  const failure = await running.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
  return { ...world, failure, written: [...world.files.contents.keys()].sort() };
}

const spectral = (seed: number) => ({
  name: 'spectral',
  status: 'passed',
  violations: seed === 3 ? [{}] : [],
  metrics: {
    family_z_summary: { ffn: { max: seed }, 'od,d': { max: -1 } },
    multiple_testing: { method: 'bh', alpha: 0.05, m: 4 },
    caps_applied: 0,
  },
});

test('a null sweep writes four files, and what it recommends is a tiers file', async () => {
  const { failure, files, written, started, closed } = await swept(
    (all) => nullSweepFiles(all, facts),
    spectral,
  );
  expect([failure, started, closed]).toEqual([undefined, 1, 1]);
  expect(written).toEqual(
    ['report.json', 'runs.csv', 'summary.md']
      .map((name) => `/out/null_sweep_${name}`)
      .concat('/out/tiers_patch_spectral_null.yaml'),
  );
  const report = JSON.parse(files.text('/out/null_sweep_report.json'));
  expect(report).toMatchObject({
    kind: 'spectral_null_sweep',
    config: { base_config: 'run.yaml', tiers: ['balanced'], seeds: [1, 2, 3], n_runs: 3 },
    models: [{ baseline: { id: 'base', sha256: 'aa' }, subject: { id: 'int8', sha256: 'bb' } }],
    summaries: { balanced: { n_runs: 3, recommendations: { family_caps: { ffn: 4.5 } } } },
  });
  expect(files.text('/out/null_sweep_runs.csv').split('\n').slice(0, 2)).toEqual([
    'caps_applied,caps_exceeded,max_z_ffn,"max_z_od,d",seed,selected_families,tier',
    '0,,1,-1,1,,balanced',
  ]);
  const tiers = await readTiersFile(files, '/out/tiers_patch_spectral_null.yaml', false);
  expect(tiers.findings).toEqual([]);
  expect(files.text('/out/tiers_patch_spectral_null.yaml')).toContain(
    '  spectral_guard:\n    family_caps:\n      ffn:\n        kappa: 4.5\n    multiple_testing:\n',
  );
});

test.each([
  [0.016, 'balanced:\n  variance_guard:\n    min_effect_lognll: 0.024\n'],
  [0, 'balanced: {}\n'],
])('a variance sweep with gains of %f gives the tiers %j', async (gain, text) => {
  const gate = { evaluated: true, mean_delta: -2 * gain, delta_ci: [-3 * gain, -gain] };
  const { files, written, failure } = await swept(
    (all) => varianceSweepFiles(all, facts),
    () => ({ name: 'variance', status: 'passed', metrics: { predictive_gate: gate } }),
    { guard: 'variance', windows: [6, 8] },
  );
  expect([failure, written.length]).toEqual([undefined, 5]);
  const patch = files.text('/out/tiers_patch_variance_ve.yaml');
  expect(patch.slice(patch.indexOf('balanced'))).toBe(text);
  expect((await readTiersFile(files, '/out/tiers_patch_variance_ve.yaml', false)).findings).toEqual([]);
  const { power_curve: curve } = JSON.parse(files.text('/out/ve_sweep_report.json'));
  expect(curve).toMatchObject([
    { tier: 'balanced', windows: 6, runs: 3 },
    { tier: 'balanced', windows: 8, runs: 3 },
  ]);
});

test.each([
  ['not_evaluated', { name: 'spectral', status: 'not_evaluated', reason: 'No weights.' }, 'U717', 2],
  ['cancelled', { ...spectral(2), stop: true }, 'U707', 2],
])('a sweep whose second run is %s stops and writes nothing', async (_what, second, code, measured) => {
  const run = await swept(
    (all) => nullSweepFiles(all, facts),
    (seed) => (seed === 2 ? second : spectral(seed)),
  );
  expect([run.failure, run.measured, run.written, run.closed]).toEqual([code, measured, [], 1]);
});

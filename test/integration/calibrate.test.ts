import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const folder = temporaryFolder('calibrate');
const base = (name: string) => path.join(projectRoot, `examples/configs/calibration/${name}.invarlock.yaml`);
const common = [
  '--tier',
  'balanced',
  '--n-seeds',
  '2',
  '--profile',
  'dev',
  '--device',
  'cpu',
  '--json',
  '-q',
];

test('a null sweep of a model with itself finds no rise, and writes its four files', () => {
  const run = runCli(
    ['calibrate', 'null-sweep', '--config', base('null-sweep'), '--out', 'null', ...common],
    {
      cwd: folder,
    },
  );
  expect([run.code, run.err]).toEqual([0, '']);
  const { paths } = JSON.parse(run.out);
  expect(paths.map((file: string) => path.basename(file)).sort()).toEqual(
    readdirSync(path.join(folder, 'null')),
  );
  const { summaries } = JSON.parse(readFileSync(path.join(folder, 'null/null_sweep_report.json'), 'utf8'));
  const { edge_risks: edges, observed, n_runs } = summaries.balanced;
  expect([n_runs, edges.evaluated_runs, edges.epsilon_by_family]).toEqual([2, 2, {}]);
  expect([...new Set(Object.values(edges.largest_rise_by_family))]).toEqual([0]);
  expect(observed.family_max_z.ffn).toBeGreaterThan(0);
});

test("a variance sweep compares with what the file's edit makes, and leaves no model behind", () => {
  const args = ['calibrate', 've-sweep', '--config', base('variance-sweep'), '--out', 've', '--window', '6'];
  const run = runCli([...args, ...common], { cwd: folder });
  expect([run.code, run.err]).toEqual([0, '']);
  expect(readdirSync(path.join(folder, 've'))).toEqual([
    'tiers_patch_variance_ve.yaml',
    've_power_curve.csv',
    've_sweep_report.json',
    've_sweep_runs.csv',
    've_sweep_summary.md',
  ]);
  const report = JSON.parse(readFileSync(path.join(folder, 've/ve_sweep_report.json'), 'utf8'));
  expect(report.summaries.balanced.observed.evaluated_runs).toBe(2);
  expect(report.models).toMatchObject([{ subject: { edit: 'int8-rtn-reference-ffn' } }]);
  expect(report.models[0].subject.sha256).not.toBe(report.models[0].baseline.sha256);
});

test.each([
  [['null-sweep'], 'U701'],
  [['null-sweep', '--config', 'none.yaml'], 'U703'],
  [['null-sweep', '--config', base('null-sweep'), '--subject', 'nowhere'], 'nowhere'],
  [['ve-sweep', '--config', base('variance-sweep'), '--safety-margin', '2'], 'between 0 and 1'],
  [['ve-sweep', '--config', base('variance-sweep'), '--n-seeds', '0'], '1 or more'],
])('calibrate %j is refused with %s and writes nothing', (args, said) => {
  const run = runCli(['calibrate', ...args, '--out', 'refused'], { cwd: folder });
  expect([run.code, run.out, run.err]).toEqual([2, '', expect.stringContaining(said)]);
  expect(existsSync(path.join(folder, 'refused'))).toBe(false);
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A scheduler that runs nothing and writes down what it was asked for. */
const folder = temporaryFolder('slurm');
const log = path.join(folder, 'calls');
const scripts = path.join(projectRoot, 'examples/slurm');

function program(name: string, body: string): void {
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/bash\n${body}\n`);
  chmodSync(file, 0o755);
}

function bash(script: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  writeFileSync(log, '');
  const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, LOG: log, ...more };
  const run = spawnSync('bash', [path.join(scripts, script), ...args], { env, encoding: 'utf8' });
  return { code: run.status, err: run.stderr, calls: readFileSync(log, 'utf8').trim().split('\n') };
}

program('sbatch', 'echo "parts=$INVARLOCK_PARTS config=$INVARLOCK_CONFIG $*" >> "$LOG"; echo "77;cluster"');
program('srun', 'echo "threads=$INVARLOCK_OMP_THREADS $*" >> "$LOG"');

test('a job array is submitted, and a job that waits for all of it', () => {
  const config = path.join(folder, 'run.invarlock.yaml');
  writeFileSync(config, '');
  const { code, calls } = bash('submit.sh', [config, path.join(folder, 'out'), '5']);
  expect([code, calls.length]).toEqual([0, 2]);
  expect(calls[0]).toMatch(/parts=\S+\/out\/parts\.\w+ config=\S+run\.invarlock\.yaml .*--array=1-5 /u);
  expect(calls[1]).toContain('--dependency=afterok:77 ');
  expect(bash('submit.sh', [config]).code).toBe(2);
});

test('a job of the array makes its part, the last job joins those of its folder', () => {
  const environment = { INVARLOCK_CONFIG: '/c.yaml', INVARLOCK_PARTS: '/p', INVARLOCK_OUT: '/o' };
  const slurm = { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_COUNT: '5', SLURM_CPUS_PER_TASK: '4' };
  expect(bash('certify-array.sbatch', [], { ...environment, ...slurm }).calls).toEqual([
    'threads=4 invarlock certify -c /c.yaml --shard 2/5 --out /p',
  ]);
  expect(bash('merge.sbatch', [], environment).calls[0]).toContain(
    'invarlock merge /p/part-*.json --out /o/runs --cert-out /o/cert',
  );
  expect(bash('merge.sbatch', []).err).toContain('INVARLOCK_PARTS');
});

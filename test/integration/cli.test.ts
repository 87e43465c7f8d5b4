import { spawn } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { projectRoot, runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { copyBaseline, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('cli');
const cli = path.join(projectRoot, 'dist/cli.js');

test('version says the version and the schema', () => {
  expect(runCli(['version'])).toMatchObject({
    code: 0,
    out: `invarlock ${manifest.version} (certificate schema v1)\n`,
  });
  expect(JSON.parse(runCli(['version', '--json']).out)).toEqual({
    format_version: 'version-v1',
    certificate_schema: 'v1',
    version: manifest.version,
  });
});

test('no arguments give the help, as does --help of each command, with an example', () => {
  const run = runCli([]);
  expect([run.code, run.out]).toEqual([0, expect.stringContaining('certify')]);
  for (const command of ['certify', 'verify', 'edit', 'doctor']) {
    const help = runCli([command, '--help']);
    expect([help.code, help.out]).toEqual([0, expect.stringContaining('Example')]);
  }
});

test('the program runs through a symbolic link, as npm installs it', async () => {
  const link = path.join(folder, 'invarlock');
  symlinkSync(cli, link);
  const child = spawn(process.execPath, [link, 'version']);
  const out = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', () => resolve(text));
  });
  expect(out).toContain(manifest.version);
});

test('doctor tries the runtime and finds what is wrong with a config, on its line', () => {
  const healthy = runCli(['doctor']);
  expect([healthy.code, healthy.out]).toEqual([0, expect.stringContaining('ONNX Runtime')]);
  const config = smallConfig(path.join(folder, 'doctor'), 'guard: {}\n');
  const run = runCli(['doctor', '-c', config, '--json']);
  const report = JSON.parse(run.out);
  expect([run.code, report.format_version, report.resolution]).toEqual([1, 'doctor-v1', { exit_code: 1 }]);
  expect(report.findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([
    expect.objectContaining({
      code: 'C110',
      file: config,
      range: expect.objectContaining({ start: { line: 15, column: 1 } }),
    }),
    expect.objectContaining({ code: 'D005' }),
  ]);
});

test('doctor checks models and data with the same code as certify', () => {
  const home = path.join(folder, 'doctor-models');
  const config = smallConfig(home, '');
  const run = runCli(['doctor', '-c', config, '--json']);
  expect(JSON.parse(run.out).findings.map(({ code }: { code: string }) => code)).toContain('C116');
});

test('a missing config is an error of the doctor, not an empty list', () => {
  const run = runCli(['doctor', '-c', 'nowhere.yaml', '--json'], { cwd: folder });
  expect([run.code, JSON.parse(run.out).summary.errors]).toEqual([1, 2]);
});

test('cancelling ends the engine and leaves nothing behind', async () => {
  const home = path.join(folder, 'cancel');
  const config = smallConfig(home);
  const subject = copyBaseline(path.join(home, 'subject'));
  const child = spawn(process.execPath, [cli, 'certify', '-c', config, '--subject', subject], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let asked = false;
  const code = await new Promise<number | null>((resolve) => {
    child.stderr.on('data', (chunk) => {
      output += chunk;
      // The first windows are done: the run is in the middle.
      if (!asked && /baseline: \d+\/40 windows/u.test(output)) {
        // Once: a second signal ends the program at once, as a person in a hurry expects.
        asked = true;
        child.kill('SIGTERM');
      }
    });
    child.on('close', resolve);
  });
  expect([code, output]).toEqual([130, expect.stringContaining('U707')]);
  expect(readdirSync(home).sort()).toEqual(['small.invarlock.yaml', 'subject']);
  expect(existsSync(path.join(home, 'out'))).toBe(false);
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { pokeWeight, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('divergence-cli');
const config = smallConfig(folder);

function certify(out: string, ...more: readonly string[]) {
  const subject = path.join(folder, 'subject');
  const places = ['--out', out, '--cert-out', path.join(out, 'cert'), '--allow-gate-failure', '--quiet'];
  const run = runCli(['certify', '-c', config, '--subject', subject, ...places, ...more], { cwd: folder });
  expect([run.code, run.err]).toEqual([0, '']);
  const certificate = path.join(folder, out, 'cert/evaluation.cert.json');
  return { file: certificate, divergence: JSON.parse(readFileSync(certificate, 'utf8')).metrics?.divergence };
}

/** The only run of an arm. */
function runFolder(out: string, arm: 'source' | 'edited'): string {
  const at = path.join(folder, out, arm);
  return path.join(at, readdirSync(at)[0]!);
}

test('a certification measures it, a reused baseline gives the same, and a flag leaves it out', () => {
  pokeWeight(path.join(folder, 'subject'), 'transformer.h.1.mlp.c_fc.weight', 5, 2);
  const whole = certify('whole');
  expect(whole.divergence).toMatchObject({ evaluated: true, windows: 20, tokens: 620, arm: 'final' });
  const { kl, top1_agreement: agreement, self_check: check } = whole.divergence;
  expect([kl.mean.value > 0, kl.q999.value <= kl.max.value, agreement.value > 0.9]).toEqual([
    true,
    true,
    true,
  ]);
  expect(check.max_abs_difference).toBeLessThan(1e-6);
  const report = JSON.parse(readFileSync(path.join(runFolder('whole', 'edited'), 'report.json'), 'utf8'));
  expect(report.metrics.divergence).toEqual(whole.divergence);
  expect(readdirSync(runFolder('whole', 'edited')).sort()).toEqual(['events.jsonl', 'report.json']);
  expect(readFileSync(path.join(runFolder('whole', 'edited'), 'events.jsonl'), 'utf8')).toContain(
    '"divergence"',
  );
  expect(runCli(['verify', whole.file, '--profile', 'dev']).out).not.toMatch(/E602|V520|V522/u);

  const baselineReport = path.join(runFolder('whole', 'source'), 'report.json');
  expect(certify('reused', '--baseline-report', baselineReport).divergence).toEqual(whole.divergence);
  expect(certify('without', '--no-divergence').divergence).toBeUndefined();
});

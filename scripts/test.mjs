/**
 * `npm test`: sets up what the tests need, then runs every suite: checks, unit and integration, the language server over
 * a real LSP connection, the comparison with the reference, exports of torch, and end to end in a real VS Code. The last line is `N passed, N failed`, summed over all.
 *
 * `npm test -- --only unit,e2e` runs some of the suites.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { prepareEntry, root, runShown } from './entry.mjs';
import { findTorch } from './find-torch.mjs';

prepareEntry(import.meta.url);
const { ensureDebianPackages, tryDebianPackage } = await import('./debian-packages.mjs');
const { installCodeServer } = await import('./install-code-server.mjs');
const { runChecks } = await import('./check.mjs');

const results = path.join(root, 'test-results');
const only = process.argv.includes('--only')
  ? process.argv[process.argv.indexOf('--only') + 1]?.split(',')
  : undefined;
const wanted = (name) => !only || only.includes(name);
const total = { passed: 0, failed: 0 };
/** Stages that nothing could be run of, each with its reason. */
const notRun = [];

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await stage('setup', () => {
  ensureDebianPackages();
  if (wanted('e2e')) installCodeServer();
});
if (wanted('check')) await stage('check', runChecks);
await stage('build', () => command('node', ['scripts/build.mjs']));
if (wanted('unit'))
  await stage('unit, integration and language server', () => vitest('unit', 'vitest.config.ts'));
if (wanted('parity')) await stage('comparison with the reference', parity);
if (wanted('torch-export')) await stage("exports of torch's older exporter", torchExport);
if (wanted('e2e')) {
  await stage('package', () => command('node', ['scripts/package.mjs']));
  await stage('end to end in VS Code', () => vitest('e2e', 'vitest.e2e.config.ts'));
}

for (const line of notRun) process.stdout.write(`not run: ${line}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs one stage. One that throws or fails without counts of its own is one failure. */
async function stage(name, work) {
  process.stdout.write(`\n== ${name}\n`);
  try {
    const counts = (await work()) ?? { passed: 0, failed: 0 };
    total.passed += counts.passed;
    total.failed += counts.failed;
  } catch (error) {
    process.stdout.write(`FAIL ${name}: ${error instanceof Error ? error.message : error}\n`);
    total.failed += 1;
  }
}

/** Every case of test/golden that a test of test/parity reads; those that pass are only counted here. */
function parity() {
  const file = path.join(results, 'parity.json');
  runShown('node', ['scripts/parity.mjs', '--json', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { passed, skipped, failed, cases } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { outcome, area, file: name, case: item, reason } of cases)
    if (outcome === 'FAIL') process.stdout.write(`FAIL ${area}/${name}#${item} ${reason}\n`);
  process.stdout.write(`${passed} passed, ${skipped} left out by a rule, ${failed} failed\n`);
  // Nothing compared is not the same as nothing different.
  return { passed, failed: passed === 0 ? Math.max(1, failed) : failed };
}

/** Torch is large and not everywhere: without it the end of the output says so and nothing is counted, unless it was asked for. */
function torchExport() {
  tryDebianPackage('python3-torch');
  const torch = findTorch();
  if (torch) return vitest('torch-export', 'vitest.export.config.ts', { TORCH_PYTHON: torch.python });
  if (only) throw new Error('there is no Python with torch here');
  notRun.push('torch-export, for there is no Python with torch here (python3-torch on Debian)');
  return undefined;
}

function command(name, args) {
  const code = runShown(name, args);
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with exit code ${code}`);
}

function vitest(name, config, env = {}) {
  const file = path.join(results, `${name}.json`);
  const code = runShown(
    'vitest',
    ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { env: { ...process.env, ...env } },
  );
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const passed = report.numPassedTests;
  let failed = report.numTotalTests - passed;
  // A suite that fails to load has no tests to count, yet it failed.
  if (code !== 0 && failed === 0) failed = Math.max(1, report.numFailedTestSuites ?? 1);
  if (passed === 0) failed = Math.max(1, failed);
  return { passed, failed };
}

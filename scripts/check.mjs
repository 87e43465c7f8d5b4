/** `npm run check`: format and lint, types, dependency rules, dead code. Prints each step's outcome; fails on any. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { prepareEntry, root, withBinFolder } from './entry.mjs';

const STEPS = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the webview', command: ['tsc', '-p', 'extension/webview'] },
  {
    name: 'dependency rules',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'engine', 'server', 'extension'],
  },
  { name: 'dead code', command: ['knip'] },
];

/** Most of them use one core each. */
const AT_ONCE = 2;

/** Runs every step, some at a time; tells them in their order, and returns how many passed and failed. */
export async function runChecks(log = (line) => process.stdout.write(`${line}\n`)) {
  const counts = { passed: 0, failed: 0 };
  const results = [];
  const waiting = [...STEPS.keys()];
  const work = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
      results[index] = await run(STEPS[index].command);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const [index, step] of STEPS.entries()) {
    const { code, output } = results[index];
    if (code === 0) counts.passed += 1;
    else counts.failed += 1;
    log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name}`);
    if (code !== 0) log(output.trimEnd());
  }
  return counts;
}

function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: withBinFolder(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepareEntry(import.meta.url);
  const counts = await runChecks();
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

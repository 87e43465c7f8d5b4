import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

// ONNX Runtime's Linux library uploads telemetry from native threads and writes below ~/.cache unless it is told not to,
// and it keeps quiet where CI is set. So: no CI, a fresh home, every socket call of every thread seen by strace, and a
// network namespace without a network where the machine allows one.

const folder = temporaryFolder('network');
const home = path.join(folder, 'home');
const trace = path.join(folder, 'trace.log');
mkdirSync(home);

/** Long enough for the upload that the library starts some seconds after it was loaded (measured: about nine). */
const LINGER_MS = 12_000;

function traced(command: readonly string[]) {
  const namespace = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];
  const { CI: _, ...environment } = process.env;
  return spawnSync(
    'env',
    [...namespace, 'strace', '-f', '-qq', '-e', 'trace=socket,connect', '-o', trace, ...command],
    {
      cwd: projectRoot,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      env: { ...environment, HOME: home, XDG_CACHE_HOME: path.join(home, '.cache') },
    },
  );
}

function internetSockets(): string[] {
  return readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /AF_INET6?\b/u.test(line));
}

test('the trace sees a socket when there is one', () => {
  traced([process.execPath, '-e', "require('node:net').connect(9, '127.0.0.1').on('error', () => {})"]);
  expect(internetSockets().length).toBeGreaterThan(0);
});

test('the demo opens no socket and leaves no file in the home folder', () => {
  const subject = path.join(folder, 'int8');
  const cli = 'dist/cli.js';
  const edit = traced([
    process.execPath,
    cli,
    'edit',
    'quant_rtn',
    '--model',
    'examples/models/tiny-gpt2',
    '--out',
    subject,
  ]);
  expect([edit.status, internetSockets()]).toEqual([0, []]);
  const certify = traced([
    ...[
      process.execPath,
      cli,
      'certify',
      '-c',
      'examples/configs/tiny-gpt2-dev.invarlock.yaml',
      '--subject',
      subject,
    ],
    ...['--out', path.join(folder, 'runs'), '--cert-out', path.join(folder, 'cert')],
  ]);
  expect([certify.status, internetSockets()]).toEqual([0, []]);
  expect(readdirSync(home)).toEqual([]);
});

test('an engine child that lives on after its first session stays silent', () => {
  const script = `
    import { openCheckpoint } from '${projectRoot}engine/artifacts/checkpoint.ts';
    import { nodeFiles } from '${projectRoot}engine/core/node-files.ts';
    import { buildModelGraph } from '${projectRoot}engine/graph/build-model-graph.ts';
    import { startEngine } from '${projectRoot}engine/runtime/start-engine.ts';
    const { value } = await openCheckpoint(nodeFiles, '${projectRoot}examples/models/tiny-gpt2');
    const engine = await startEngine({ childPath: '${projectRoot}dist/engine-child.js', threads: 1 });
    await engine.open(buildModelGraph(value));
    setTimeout(() => engine.close(), ${LINGER_MS});
  `;
  const run = traced([process.execPath, '--input-type=module-typescript', '-e', script]);
  expect([run.status, run.stderr, internetSockets()]).toEqual([0, '', []]);
  expect(readdirSync(home)).toEqual([]);
});

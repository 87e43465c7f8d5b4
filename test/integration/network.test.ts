import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { projectRoot } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

// ONNX Runtime's Linux library uploads telemetry from native threads and writes below ~/.cache unless it is told not to,
// and it keeps quiet where CI is set. So: no CI, a fresh home, every socket call of every thread seen by strace, and a
// network namespace without a network where the machine allows one.

const folder = temporaryFolder('network');
const home = path.join(folder, 'home');
const trace = path.join(folder, 'trace.log');
mkdirSync(home);

const namespace = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];

function straced(file: string): string[] {
  return [...namespace, 'strace', '-f', '-qq', '-e', 'trace=socket,connect', '-o', file];
}

function traced(command: readonly string[]) {
  const { CI: _, ...environment } = process.env;
  return spawnSync('env', [...straced(trace), ...command], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...environment, HOME: home, XDG_CACHE_HOME: path.join(home, '.cache') },
  });
}

function internetSockets(file = trace): string[] {
  return readFileSync(file, 'utf8')
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

test('names of the hub open no socket as long as the network is not allowed', () => {
  const config = path.join(folder, 'hub.invarlock.yaml');
  const data = 'dataset: {provider: hf_text, dataset_name: org/data, seq_len: 8, preview_n: 1, final_n: 1}\n';
  writeFileSync(config, `certify: {baseline: org/base, subject: org/edited, profile: dev}\n${data}`);
  const endpoint = ['HF_ENDPOINT=http://127.0.0.1:9', 'HF_TOKEN=hf_none'];
  for (const allowed of ['INVARLOCK_ALLOW_NETWORK=0', 'HF_HUB_OFFLINE=1']) {
    const on = allowed === 'HF_HUB_OFFLINE=1' ? ['INVARLOCK_ALLOW_NETWORK=1'] : [];
    const variables = ['env', ...endpoint, ...on, allowed];
    const run = traced([...variables, process.execPath, 'dist/cli.js', 'certify', '-c', config]);
    expect([run.status, run.stderr, internetSockets()]).toEqual([2, expect.stringContaining('M200'), []]);
  }
  expect(readdirSync(home)).toEqual([]);
});

/** Starts a script of its own home and trace, and leaves it running. */
function startTraced(name: string, script: string, more: Readonly<Record<string, string>> = {}) {
  const own = path.join(folder, name);
  mkdirSync(own);
  const file = path.join(folder, `${name}.log`);
  const { CI: _, ...environment } = process.env;
  const child = spawn(
    'env',
    [...straced(file), process.execPath, '--input-type=module-typescript', '-e', script],
    {
      cwd: projectRoot,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...environment, HOME: own, XDG_CACHE_HOME: path.join(own, '.cache'), ...more },
    },
  );
  const sockets = () => (existsSync(file) ? internetSockets(file) : []);
  return { child, sockets, files: () => readdirSync(own) };
}

test('an engine child stays silent for as long as the bare library takes to speak', async () => {
  const engine = startTraced(
    'engine',
    `
    import { deviceProbe } from '${projectRoot}engine/runtime/probe-graph.ts';
    import { startEngine } from '${projectRoot}engine/runtime/start-engine.ts';
    const engine = await startEngine({ childPath: '${projectRoot}dist/engine-child.js', threads: 1 });
    await engine.open({ model: deviceProbe().model, weightsFolder: '.' });
    console.log('open');
    process.stdin.resume().on('end', () => engine.close());
  `,
  );
  // The session is there, so its clock runs before that of the library beside it.
  await once(engine.child.stdout, 'data');
  // The same library without the variable. A proxy that is none keeps what it says on this machine.
  const proxy = 'http://127.0.0.1:9';
  const bare = startTraced(
    'bare',
    `
    import { createRequire } from 'node:module';
    import { deviceProbe } from '${projectRoot}engine/runtime/probe-graph.ts';
    const ort = createRequire('${projectRoot}package.json')('onnxruntime-node');
    globalThis.session = await ort.InferenceSession.create(deviceProbe().model);
    process.stdin.resume();
  `,
    { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy, ALL_PROXY: proxy },
  );
  // No wait by the clock: it takes as long as the library needs to be seen at it, some nine seconds.
  await vi.waitUntil(() => bare.sockets().length > 0 && bare.files().length > 0, {
    timeout: 120_000,
    interval: 200,
  });
  expect([engine.sockets(), engine.files()]).toEqual([[], []]);
  expect(engine.child.exitCode).toBeNull();
  for (const { child } of [bare, engine]) {
    const gone = once(child, 'exit');
    child.stdin.end();
    expect(await gone).toEqual([0, null]);
  }
  // And nothing was said at the end.
  expect([engine.sockets(), engine.files()]).toEqual([[], []]);
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/artifacts/checkpoint.ts';
import { nodeFiles } from '../../../engine/core/node-files.ts';
import { buildModelGraph } from '../../../engine/graph/build-model-graph.ts';
import { cleanEnvironment } from '../../../engine/runtime/clean-environment.ts';
import { startEngine } from '../../../engine/runtime/start-engine.ts';
import { childPath as enginePath, startTestEngine, tinyGpt2 } from '../../fixtures/engine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('engine');

/** A child that speaks the protocol up to a point and then misbehaves. */
function childThat(
  name: string,
  onMessage: string,
  onStart = "process.send({ kind: 'ready', runtimeVersion: '0', nodeVersion: '0', backends: [], layers: {} });",
): string {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, `process.on('message', (message) => { ${onMessage} });\n${onStart}\n`);
  return file;
}

const graph = { model: Uint8Array.of(1, 2, 3), weightsFolder: folder };

test('the engine says what it runs on', async () => {
  const runtime = await startTestEngine(2);
  expect(runtime.facts).toMatchObject({
    runtimeVersion: '1.30.0',
    nodeVersion: process.versions.node,
    device: 'cpu',
    requestedDevice: 'cpu',
    deviceReason: 'cpu was asked for.',
    threads: 2,
    host: { cpu: { model: expect.stringMatching(/./u) } },
  });
  expect(runtime.facts.backends).toContain('cpu');
  expect(runtime.facts.layers).toEqual(expect.arrayContaining(['clean_environment', 'module_guard']));
  await runtime.close();
  await runtime.close();
});

test('two models are open at once and keep apart', async () => {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, tinyGpt2);
  const runtime = await startTestEngine();
  const one = await runtime.open(buildModelGraph(checkpoint!));
  const two = await runtime.open(buildModelGraph(checkpoint!));
  await one.close();
  const int64 = (value: bigint, dims: readonly number[]) =>
    ({ type: 'int64', dims, data: new Uint8Array(BigInt64Array.of(value).buffer) }) as const;
  const feeds = { input_ids: int64(5n, [1, 1]), positions: int64(0n, [1]), targets: int64(5n, [1]) };
  const result = await two.run(feeds, ['token_nll']);
  expect(result.outputs.token_nll).toMatchObject({ type: 'float32', dims: [1] });
  await expect(one.run(feeds, ['token_nll'])).rejects.toMatchObject({ code: 'R404' });
  await runtime.close();
});

test('a graph that is none is refused with the reason of the runtime', async () => {
  const runtime = await startTestEngine();
  await expect(runtime.open(graph)).rejects.toMatchObject({
    code: 'R403',
    message: /while loading the model/,
  });
  await runtime.close();
});

test('weights that reach beyond their file are refused', async () => {
  const { value: checkpoint } = await openCheckpoint(nodeFiles, tinyGpt2);
  const runtime = await startTestEngine();
  writeFileSync(path.join(folder, 'model.safetensors'), 'short');
  await expect(
    runtime.open({ ...buildModelGraph(checkpoint!), weightsFolder: folder }),
  ).rejects.toMatchObject({ code: 'R403' });
  await runtime.close();
});

test.each([
  ['exits', 'process.exit(3)', /exit code 3\) while loading the model/],
  [
    'is killed',
    "process.kill(process.pid, 'SIGKILL')",
    /\((signal SIGKILL|exit code 1)\) while loading the model/,
  ],
  ['throws', "throw new Error('out of luck')", /out of luck/],
])('a child that %s is a crash that names the phase', async (name, body, message) => {
  const runtime = await startEngine({ childPath: childThat(name.replace(' ', '-'), body), threads: 1 });
  await expect(runtime.open(graph)).rejects.toMatchObject({
    code: 'R402',
    message,
    details: { phase: 'loading the model' },
  });
  await expect(runtime.open(graph)).rejects.toMatchObject({ code: 'R406' });
  await runtime.close();
});

test('a child that does not answer is stopped', async () => {
  const childPath = childThat('silent', '');
  const runtime = await startEngine({ childPath, threads: 1, openTimeoutMs: 50 });
  await expect(runtime.open(graph)).rejects.toMatchObject({
    code: 'R405',
    details: { phase: 'loading the model' },
  });
  await runtime.close();
});

test.each([
  ['says so', "process.send({ kind: 'failed', id: message.id, message: 'std::bad_alloc' });"],
  ['dies of it', "console.error('FATAL ERROR: JavaScript heap out of memory'); process.exit(134);"],
])('a child without memory that %s has a code of its own', async (name, body) => {
  const runtime = await startEngine({
    childPath: childThat(`memory-${name.replaceAll(' ', '-')}`, body),
    threads: 1,
  });
  await expect(runtime.open(graph)).rejects.toMatchObject({
    code: 'R431',
    message: /while loading the model/u,
  });
  await runtime.close();
});

test('closing ends what is under way', async () => {
  const runtime = await startEngine({ childPath: childThat('patient', ''), threads: 1 });
  const opening = expect(runtime.open(graph)).rejects.toMatchObject({ code: 'R406' });
  await runtime.close();
  await opening;
});

test.each([
  [
    'a child that cannot load the runtime',
    "process.send({ kind: 'failed', id: 0, message: 'no runtime' });",
    /no runtime/,
  ],
  ['a child that ends at once', 'process.exit(9);', /exit code 9\) while starting/],
])('%s does not start', async (_, onStart, message) => {
  const childPath = childThat('broken-start', '', onStart);
  await expect(startEngine({ childPath, threads: 1 })).rejects.toMatchObject({ code: 'R401', message });
});

test('the child ends when its parent is gone', async () => {
  const child = fork(enginePath, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [ready] = (await once(child, 'message')) as [{ kind: string }];
  expect(ready.kind).toBe('ready');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a Node that does not exist does not start', async () => {
  const execPath = path.join(folder, 'no-such-node');
  await expect(startEngine({ childPath: childThat('any', ''), threads: 1, execPath })).rejects.toMatchObject({
    code: 'R401',
  });
});

test.each([
  [
    { PATH: '/bin', HOME: '/h', NODE_OPTIONS: '--require x', LD_PRELOAD: 'x', CI: '1', SECRET: 's' },
    'linux',
    { PATH: '/bin', HOME: '/h' },
  ],
  [
    { Path: 'C:\\w', SYSTEMROOT: 'C:\\Windows', temp: 'C:\\t' },
    'win32',
    { PATH: 'C:\\w', SystemRoot: 'C:\\Windows', TEMP: 'C:\\t' },
  ],
  [{ ELECTRON_RUN_AS_NODE: '1', ORT_DISABLE_TELEMETRY: '0' }, 'darwin', { ELECTRON_RUN_AS_NODE: '1' }],
])('of %j only what is needed is passed', (parent, platform, kept) => {
  const always = { ORT_DISABLE_TELEMETRY: '1', NVIDIA_TF32_OVERRIDE: '0' };
  expect(cleanEnvironment(parent, platform)).toEqual({ ...kept, ...always });
});

test('drivers and libraries are passed when they are asked for, and only then', () => {
  const parent = { VK_DRIVER_FILES: '/evil.json', VK_ICD_FILENAMES: '/evil.json', LD_LIBRARY_PATH: '/evil' };
  const names = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'LD_LIBRARY_PATH'];
  expect(Object.keys(cleanEnvironment(parent, 'linux')).filter((name) => names.includes(name))).toEqual([]);
  const libraries = { vulkanDriver: '/driver.json', libraryPath: '/cuda' };
  expect(cleanEnvironment(parent, 'linux', libraries)).toMatchObject({
    VK_DRIVER_FILES: '/driver.json',
    VK_ICD_FILENAMES: '/driver.json',
    LD_LIBRARY_PATH: '/cuda',
  });
});

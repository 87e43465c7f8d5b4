import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../../../engine/runtime/clean-environment.ts';
import {
  type AvailableHardening,
  availableHardening,
  hardeningLayers,
  noHardening,
} from '../../../engine/runtime/hardening.ts';
import { launchChild } from '../../../engine/runtime/launch-child.ts';
import { deviceProbe } from '../../../engine/runtime/probe-graph.ts';
import { startEngine } from '../../../engine/runtime/start-engine.ts';
import { childPath } from '../../fixtures/engine.ts';
import type { GuardedMessage } from '../../fixtures/guarded-child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

// Every layer is shown closed by an attempt, and the same attempt open without it, so that no test passes on a
// machine where the attempt could not have worked anyway.

const folder = temporaryFolder('hardening');
const guardedChild = fileURLToPath(new URL('../../fixtures/guarded-child.ts', import.meta.url));
const engineFolder = fileURLToPath(new URL('../../../engine', import.meta.url));
const addon = path.resolve(
  createRequire(import.meta.url).resolve('onnxruntime-node'),
  `../../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
);
// The right name in the wrong place.
const otherAddon = path.join(folder, path.basename(addon));
copyFileSync(addon, otherAddon);

const available = await availableHardening(process.execPath, process.platform);

/** What comes of each attempt in a child of its own. */
async function outcomes(
  attempts: readonly string[],
  hardening: AvailableHardening,
  isGuarded: boolean,
): Promise<{ readonly facts: unknown; readonly outcomes: Readonly<Record<string, unknown>> }> {
  const child = launchChild({
    execPath: process.execPath,
    execArgv: [],
    childPath: guardedChild,
    environment: cleanEnvironment(process.env, process.platform),
    hardening,
    dataLimitBytes: undefined,
    readFolders: [engineFolder],
  });
  const gone = new AbortController();
  child.on('exit', () => gone.abort());
  const ask = async (message: GuardedMessage): Promise<unknown> => {
    const answer = once(child, 'message', { signal: gone.signal });
    child.send(message);
    return (await answer)[0];
  };
  const facts = await ask({ otherAddon, ...(isGuarded ? { addon } : {}) });
  const results: Record<string, unknown> = {};
  for (const attempt of attempts) results[attempt] = await ask({ attempt });
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  return { facts, outcomes: results };
}

const doors = [
  'connect a socket',
  'connect the prototype',
  'listen',
  'listen below listen',
  'make a server handle',
  'request a page',
  'fetch a page',
  'open a datagram socket',
  'look a name up',
  'look a name up later',
  'start a process',
  'start a process and wait',
  'start a process below spawn',
  'start a worker',
  'take a raw binding',
  'open the debugger',
  'open the debugger of another process',
  'send a signal',
  'load another addon',
];

describe('the module guard', () => {
  test('without it, every attempt gets somewhere', async () => {
    const { facts, outcomes: all } = await outcomes(doors, noHardening, false);
    expect(facts).toMatchObject({ isClosed: false });
    expect(Object.entries(all).filter(([, outcome]) => outcome === 'INVARLOCK_CLOSED')).toEqual([]);
    expect(Object.values(all).filter((outcome) => outcome === 'open').length).toBeGreaterThan(13);
  });

  test('with it, none does', async () => {
    const { facts, outcomes: all } = await outcomes(doors, noHardening, true);
    expect(facts).toMatchObject({ isClosed: true });
    expect(all).toEqual(Object.fromEntries(doors.map((name) => [name, 'INVARLOCK_CLOSED'])));
  });
});

describe('the permission model of Node', () => {
  const attempts = ['read a file of others', 'write a file', 'start a process', 'start a worker'];

  test('without it, files and processes are open', async () => {
    const { outcomes: all } = await outcomes(attempts, noHardening, false);
    expect(all).toEqual(Object.fromEntries(attempts.map((name) => [name, 'open'])));
    expect(existsSync(`${otherAddon}.written`)).toBe(true);
  });

  test('with it, they are denied', async () => {
    expect(available.permissionFlag).toBeDefined();
    const { outcomes: all } = await outcomes(
      attempts,
      { ...noHardening, permissionFlag: available.permissionFlag },
      false,
    );
    expect(all).toEqual(Object.fromEntries(attempts.map((name) => [name, 'ERR_ACCESS_DENIED'])));
  });
});

test('a namespace has no interface that is up, and is used exactly where the machine allows one', async () => {
  const { facts } = await outcomes(
    [],
    { ...noHardening, networkNamespace: available.networkNamespace },
    false,
  );
  const { interfaces } = facts as { interfaces: readonly string[] };
  expect(interfaces.length === 0).toBe(available.networkNamespace);
});

test.each([
  ['none', noHardening, ['clean_environment', 'module_guard']],
  [
    'permissions',
    { ...noHardening, permissionFlag: available.permissionFlag },
    ['clean_environment', 'module_guard', 'node_permissions'],
  ],
  [
    'the namespace',
    { ...noHardening, networkNamespace: available.networkNamespace },
    ['clean_environment', 'module_guard', ...(available.networkNamespace ? ['network_namespace'] : [])],
  ],
  [
    'all',
    available,
    hardeningLayers.filter((layer) => layer !== 'network_namespace' || available.networkNamespace),
  ],
])('the engine works behind these layers: %s', async (name, hardening, layers) => {
  const runtime = await startEngine({
    childPath,
    threads: 1,
    hardening,
    ...(name === 'all' ? { memoryLimitBytes: 1 << 30 } : {}),
  });
  expect(runtime.facts.layers).toEqual(layers);
  const probe = deviceProbe();
  const session = await runtime.open({ model: probe.model, weightsFolder: folder });
  const { outputs } = await session.run(probe.feeds, [probe.output]);
  expect(outputs[probe.output]?.dims).toEqual([160]);
  await runtime.close();
});

test('a layer that keeps the child from starting is left out, and not recorded', async () => {
  const hardening = { networkNamespace: false, permissionFlag: '--no-such-flag-of-node' };
  const runtime = await startEngine({ childPath, threads: 1, hardening });
  expect(runtime.facts.layers).toEqual(['clean_environment', 'module_guard']);
  await runtime.close();
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { noHardening } from '../../../engine/runtime/hardening.ts';
import { type Launch, launchCommand } from '../../../engine/runtime/launch-child.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const folder = temporaryFolder('launch');

/** A program in a folder of its own, with a runtime beside it, as a package has them. */
function program(): string {
  const dist = path.join(folder, 'package/dist');
  mkdirSync(path.join(dist, 'runtime/node_modules/onnxruntime-node'), { recursive: true });
  writeFileSync(path.join(folder, 'package/package.json'), '{}');
  const file = path.join(dist, 'child.js');
  writeFileSync(file, '');
  return file;
}

const childPath = program();
const dist = path.dirname(childPath);
const plain: Launch = {
  execPath: '/bin/node',
  execArgv: ['--flag'],
  childPath,
  environment: {},
  hardening: noHardening,
  dataLimitBytes: undefined,
};

test('without layers it is the program alone', () => {
  expect(launchCommand(plain)).toEqual(['/bin/node', '--flag', childPath]);
});

test('a namespace stands before the program', () => {
  const hardening = { ...noHardening, networkNamespace: true };
  expect(launchCommand({ ...plain, hardening })).toEqual([
    ...['unshare', '-U', '-r', '-n', '--'],
    ...['/bin/node', '--flag', childPath],
  ]);
});

test('a limit is set by a shell that becomes the program; what is only reserved is allowed on top', () => {
  const kilobytes = (1024 + 640) * 1024;
  expect(launchCommand({ ...plain, dataLimitBytes: 1 << 30 })).toEqual([
    ...['/bin/sh', '-c', `ulimit -d ${kilobytes} && exec "$@"`, 'sh'],
    ...['/bin/node', '--flag', childPath],
  ]);
});

test('the permissions are to read the program, its runtime and the manifests above them, and nothing else', () => {
  const hardening = { ...noHardening, permissionFlag: '--permission' };
  const command = launchCommand({ ...plain, hardening });
  expect(command.slice(0, 5)).toEqual([
    '/bin/node',
    '--flag',
    '--permission',
    '--allow-addons',
    '--disable-warning=SecurityWarning',
  ]);
  const readable = command.slice(5, -1);
  expect(readable.every((flag) => flag.startsWith('--allow-fs-read='))).toBe(true);
  // The folder for temporary files may lie below a package of its own; that is not ours to know.
  const inside = readable
    .map((flag) => flag.replace('--allow-fs-read=', ''))
    .filter((name) => name.startsWith(folder));
  expect(inside).toEqual([dist, path.join(folder, 'package/package.json')]);
});

test('a program that is reached through a link may be read under both names', () => {
  const link = path.join(folder, 'link');
  symlinkSync(dist, link);
  const hardening = { ...noHardening, permissionFlag: '--permission' };
  const command = launchCommand({ ...plain, childPath: path.join(link, 'child.js'), hardening });
  expect(command).toEqual(expect.arrayContaining([`--allow-fs-read=${link}`, `--allow-fs-read=${dist}`]));
});

test.each<[string, (at: string) => string]>([
  ['a link to a package', (at) => path.join(at, 'node_modules/onnxruntime-node')],
  ['a link to all packages', (at) => path.join(at, 'node_modules')],
])('%s may be read under both names', (name, linkOf) => {
  const at = path.join(folder, name.replaceAll(' ', '-'));
  const store = path.join(at, 'store/node_modules');
  for (const one of ['onnxruntime-node', 'onnxruntime-common']) {
    mkdirSync(path.join(store, one), { recursive: true });
    writeFileSync(path.join(store, one, 'index.js'), '');
  }
  const link = linkOf(at);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(path.join(store, path.relative(path.join(at, 'node_modules'), link)), link);
  writeFileSync(path.join(at, 'child.js'), '');
  const hardening = { ...noHardening, permissionFlag: '--permission' };
  const command = launchCommand({ ...plain, childPath: path.join(at, 'child.js'), hardening });
  const readable = [link, path.join(store, 'onnxruntime-node'), path.join(store, 'onnxruntime-common')];
  expect(command).toEqual(expect.arrayContaining(readable.map((one) => `--allow-fs-read=${one}`)));
});

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type AvailableHardening, namespaceCommand, quietFlag } from './hardening.ts';

export interface Launch {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly childPath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly hardening: AvailableHardening;
  /** Bytes of private writable memory that the kernel allows; undefined where it cannot or should not. */
  readonly dataLimitBytes: number | undefined;
  /** Further folders that the child may read; tests have their own programs. */
  readonly readFolders?: readonly string[];
}

/**
 * Address space that counts as data before a model is loaded: stacks of threads and what V8 sets aside. Measured: 576
 * MiB, of which 12 MiB are used.
 */
const unusedDataBytes = 640 << 20;

/** Starts the child behind the layers of a launch. Messages go over the channel of `fork`, through every layer. */
export function launchChild(launch: Launch): ChildProcess {
  const [command = launch.execPath, ...args] = launchCommand(launch);
  return spawn(command, args, {
    env: { ...launch.environment },
    // Structured clone carries bytes as bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** The command line of a launch: limit, namespace, Node with its permissions, the child. */
export function launchCommand(launch: Launch): string[] {
  const { execPath, execArgv, childPath, hardening, dataLimitBytes } = launch;
  const node = [execPath, ...execArgv, ...permissionFlags(launch), childPath];
  const isolated = hardening.networkNamespace ? [...namespaceCommand, ...node] : node;
  if (dataLimitBytes === undefined) return isolated;
  const kilobytes = Math.ceil((dataLimitBytes + unusedDataBytes) / 1024);
  // `exec` keeps the process, so that killing it kills the child. A shell that cannot set the limit must not go on.
  return ['/bin/sh', '-c', `ulimit -d ${kilobytes} && exec "$@"`, 'sh', ...isolated];
}

/**
 * The child reads its own program and ONNX Runtime's package in JavaScript, and nothing else: weights are opened by
 * the native library, which the permission model does not see.
 */
function permissionFlags({ hardening, childPath, readFolders = [] }: Launch): string[] {
  if (hardening.permissionFlag === undefined) return [];
  const folders = [path.dirname(childPath), ...runtimeFolders(childPath), ...readFolders];
  const readable = new Set(folders.flatMap((folder) => [folder, realpathSync(folder)]));
  // Node looks for the package that a module belongs to, upwards.
  for (const folder of [...readable]) {
    for (let above = path.dirname(folder); path.dirname(above) !== above; above = path.dirname(above)) {
      const manifest = path.join(above, 'package.json');
      if (existsSync(manifest)) readable.add(manifest);
    }
  }
  return [
    hardening.permissionFlag,
    '--allow-addons',
    quietFlag,
    ...[...readable].map((name) => `--allow-fs-read=${name}`),
  ];
}

/** The folders of onnxruntime-node and of the package it needs, where the child will look for them. */
function runtimeFolders(childPath: string): string[] {
  const packaged = path.join(path.dirname(childPath), 'runtime/node_modules/onnxruntime-node');
  // Inside the child's own folder, which it may read as a whole.
  if (existsSync(packaged)) return [];
  try {
    // The child runs under its real path, and looks from there.
    const runtime = packagePlaces('onnxruntime-node', realpathSync(childPath));
    return [...runtime.folders, ...packagePlaces('onnxruntime-common', runtime.main).folders];
  } catch {
    // Without the package the child says so itself, better than a list of permissions could.
    return [];
  }
}

/**
 * A package's real folder and, where package managers link to it, the link. A `node_modules` that is a link itself is read
 * on the way.
 */
function packagePlaces(name: string, from: string): { readonly main: string; readonly folders: string[] } {
  const { resolve } = createRequire(from);
  const main = resolve(name);
  const marker = `${path.sep}${name}${path.sep}`;
  const real = main.slice(0, main.lastIndexOf(marker) + marker.length - 1);
  const modules = (resolve.paths(name) ?? []).find((folder) => existsSync(path.join(folder, name)));
  if (modules === undefined) return { main, folders: [real] };
  const isLink = lstatSync(modules).isSymbolicLink();
  return { main, folders: [real, isLink ? modules : path.join(modules, name)] };
}

/**
 * Installs code-server (the real VS Code workbench and extension host, from npm alone) into a cache folder outside the
 * checkout, once per version. Run on its own or imported by the test entry.
 *
 * Why npm and not a download: the machines that run the tests reach npm's and Debian's packages and nothing else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const CODE_SERVER_VERSION = '4.139.1';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The folder that holds (or will hold) this version's installation. */
export function codeServerFolder() {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(cache, 'invarlock-e2e', `code-server-${CODE_SERVER_VERSION}`);
}

/** The script that starts code-server. */
export function codeServerEntry() {
  return path.join(codeServerFolder(), 'node_modules/code-server/out/node/entry.js');
}

/** Installs when missing; returns the folder. Throws with npm's last lines when the installation fails. */
export function installCodeServer(log = console.log) {
  const folder = codeServerFolder();
  const stamp = path.join(folder, '.complete');
  if (existsSync(stamp)) return folder;
  const nodeFolder = nodePackageFolder();
  log(`installing code-server ${CODE_SERVER_VERSION} into ${folder} (once, about two minutes, 620 MB)`);
  const staging = `${folder}.partial`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  writeFileSync(
    path.join(staging, 'package.json'),
    JSON.stringify({ private: true, dependencies: { 'code-server': CODE_SERVER_VERSION } }),
  );
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: staging,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...withoutNpmVariables(process.env),
      // The npm package "node" carries the headers that node-gyp would otherwise fetch.
      npm_config_nodedir: nodeFolder,
      npm_config_unsafe_perm: 'true',
      PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${process.env.PATH}`,
    },
  });
  const entry = path.join(staging, 'node_modules/code-server/out/node/entry.js');
  if (result.status !== 0 || !existsSync(entry)) {
    const tail = `${result.stdout ?? ''}\n${result.stderr ?? ''}`.trim().split('\n').slice(-25).join('\n');
    throw new Error(`code-server could not be installed (npm exit ${result.status}):\n${tail}`);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(staging, folder);
  writeFileSync(stamp, `${CODE_SERVER_VERSION}\n`);
  return folder;
}

/**
 * The environment without what an outer `npm test` left in it. code-server's install script tells the Node version from
 * npm_config_user_agent, and the outer npm may run on another Node.
 */
function withoutNpmVariables(env) {
  const isOuter = (name) =>
    name === 'NODE' ||
    name === 'npm_config_user_agent' ||
    (name.startsWith('npm_') && !name.startsWith('npm_config_'));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOuter(name)));
}

/** The unpacked npm package with Node's binary and headers for this platform. */
function nodePackageFolder() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const candidates = [
    path.join(root, 'node_modules', name),
    path.join(root, 'node_modules/node/node_modules', name),
  ];
  const found = candidates.find((folder) => existsSync(path.join(folder, 'package.json')));
  if (!found) throw new Error(`the npm package ${name} is missing: run npm ci first`);
  const version = JSON.parse(readFileSync(path.join(found, 'package.json'), 'utf8')).version;
  if (!String(version).startsWith('24.')) throw new Error(`code-server needs Node 24, found ${version}`);
  return found;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) installCodeServer();

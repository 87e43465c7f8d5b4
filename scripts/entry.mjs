/**
 * What every entry script needs before it can do anything: the npm packages of the lock file, and a Node that is new
 * enough. Runs on Node 20 without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const MIN_NODE = [22, 12];

/** Installs the packages when the lock file changed, then restarts the script on the pinned Node when this one is too old. */
export function prepareEntry(scriptUrl) {
  installPackages();
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  const pinned = path.join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const result = spawnSync(pinned, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: withBinFolder(process.env),
  });
  process.exit(result.status ?? 1);
}

/** The environment with the project's own commands first on the PATH. */
export function withBinFolder(env) {
  const bin = path.join(root, 'node_modules/.bin');
  return { ...env, PATH: `${bin}${path.delimiter}${env.PATH ?? ''}` };
}

/** Runs a command in the project's folder with its output shown; returns the exit code. */
export function runShown(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    ...options,
    env: withBinFolder(options.env ?? process.env),
  });
  if (result.error) process.stderr.write(`${command}: ${result.error.message}\n`);
  return result.status ?? 1;
}

function installPackages() {
  if (isInstalled()) return;
  process.stdout.write('installing the npm packages of package-lock.json\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed: see above. The npm registry must be reachable once.\n');
    process.exit(result.status ?? 1);
  }
}

/** npm notes what it installed in node_modules/.package-lock.json, and only when it came to its end. */
function isInstalled() {
  const noted = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(noted)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
  // Optional packages are those of other platforms.
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

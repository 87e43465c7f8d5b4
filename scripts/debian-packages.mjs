/** The Debian packages that the tests need, and their installation where that is possible. */
import { spawnSync } from 'node:child_process';

const NEEDED = [
  // The browser that drives the real VS Code workbench.
  'chromium',
  'fonts-dejavu-core',
  // What code-server's native modules are compiled with.
  'g++',
  'make',
  'python3',
  'pkg-config',
  'libkrb5-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'libsecret-1-dev',
  // A client of the language server that is not VS Code.
  'neovim',
  // The network test: a namespace without a network, and every socket call seen.
  'util-linux',
  'strace',
  // WebGPU without a graphics card: the loader; Chromium brings the software adapter.
  'libvulkan1',
];

/** Installs what is missing when this is root on Debian; otherwise says what is missing and how to get it, and throws. */
export function ensureDebianPackages(log = console.log) {
  const missing = NEEDED.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new Error(`Debian packages are missing: ${missing.join(', ')}.\nInstall them as root: ${command}`);
  }
  const tail = install(missing, log);
  const still = NEEDED.filter((name) => !isInstalled(name));
  if (still.length > 0) {
    throw new Error(`Debian packages could not be installed: ${still.join(', ')}.\n${tail}\nTry: ${command}`);
  }
}

/** Installs one more package where that is possible; false, with no harm done and the reason said, where it is not. */
export function tryDebianPackage(name, log = console.log) {
  if (isInstalled(name)) return true;
  if (process.getuid?.() !== 0) return false;
  const tail = install([name], log);
  if (isInstalled(name)) return true;
  log(`${name} could not be installed:\n${tail}`);
  return false;
}

/** What apt said last. */
function install(names, log) {
  log(`installing Debian packages: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, encoding: 'utf8', maxBuffer: 64 << 20, timeout: 600_000 };
  const apt = (args) => spawnSync('apt-get', args, options);
  const results = [apt(['update', '-q']), apt(['install', '-y', '-q', '--no-install-recommends', ...names])];
  const lines = results.flatMap(({ stdout, stderr, error }) =>
    `${stdout ?? ''}\n${stderr ?? ''}\n${error?.message ?? ''}`.trim().split('\n'),
  );
  return lines.slice(-15).join('\n');
}

function isInstalled(name) {
  const result = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return result.status === 0 && /^Status: install ok installed$/mu.test(result.stdout);
}

/**
 * Packages dist/ as build/invarlock-<platform>-<arch>.vsix, with the runtime of that platform only, and prints what takes
 * the space. `--target linux-arm64` packages for another platform; the default is this one.
 *
 * The files are first staged in a folder of their own: what is in that folder is in the package, so no ignore list has
 * to keep up with the repository.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipEntries } from './zip-entries.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stage = path.join(root, 'build/stage');
const target = readTarget();
const vsix = path.join(root, `build/invarlock-${target}.vsix`);

const PROGRAMS = [
  'cli.js',
  'engine-child.js',
  'server.js',
  'extension.cjs',
  'webview/webview.js',
  'webview/webview.css',
];
// VS Code's own names for the pages that the Extensions view shows.
const PAGES = ['README.md', 'CHANGELOG.md', 'LICENSE'];
const RUNTIME_SCRIPTS = /^(?:backend|binding|index|version)\.js$/u;
// macOS carries the same library twice; the binding loads the one with the short name.
const RUNTIME_TWIN = /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/u;

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const file of PROGRAMS) copy(`dist/${file}`);
for (const file of PAGES) copy(file);
copy('extension/assets/icon.png');
copy('docs/codes');
copy('syntaxes');
// Other YAML extensions read it from the manifest (yamlValidation).
copy('schemas/config.schema.json');
if (existsSync(path.join(root, 'docs/images'))) copy('docs/images');
stageRuntime();
stageManifest();
runVsce();
report(checkContents());

/** This platform's ONNX Runtime, beside the bundles, where engine-child.js looks first. */
function stageRuntime() {
  const [platform, architecture] = target.split('-');
  const from = path.join(root, 'node_modules');
  const to = path.join(stage, 'dist/runtime/node_modules');
  const binaries = `onnxruntime-node/bin/napi-v6/${platform}/${architecture}`;
  if (!existsSync(path.join(from, binaries)))
    fail(`onnxruntime-node has no library for ${target}. It has them for: ${availableTargets().join(', ')}.`);
  const isWanted = (file) => !RUNTIME_TWIN.test(path.basename(file));
  cpSync(path.join(from, binaries), path.join(to, binaries), { recursive: true, filter: isWanted });
  for (const file of readdirSync(path.join(from, 'onnxruntime-node/dist')).filter((name) =>
    RUNTIME_SCRIPTS.test(name),
  ))
    cpSync(path.join(from, 'onnxruntime-node/dist', file), path.join(to, 'onnxruntime-node/dist', file));
  const isScript = (file) => !file.endsWith('.map') && !file.endsWith('.d.ts');
  cpSync(path.join(from, 'onnxruntime-common/dist/cjs'), path.join(to, 'onnxruntime-common/dist/cjs'), {
    recursive: true,
    filter: isScript,
  });
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const { version, license, main, exports } = readJson(path.join(from, name, 'package.json'));
    writeJson(path.join(to, name, 'package.json'), { name, version, license, main, exports });
  }
}

/** The manifest without what only a checkout needs. */
function stageManifest() {
  const {
    scripts,
    devDependencies,
    dependencies,
    allowScripts,
    files,
    bin,
    private: isPrivate,
    ...manifest
  } = readJson(path.join(root, 'package.json'));
  writeJson(path.join(stage, 'package.json'), manifest);
}

function runVsce() {
  rmSync(vsix, { force: true });
  const program = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const options = [
    '--target',
    target,
    '--no-dependencies',
    '--no-rewrite-relative-links',
    '--allow-missing-repository',
  ];
  const result = spawnSync(process.execPath, [program, 'package', ...options, '--out', vsix], {
    cwd: stage,
    encoding: 'utf8',
  });
  if (result.status !== 0)
    fail(`vsce ended with exit code ${result.status}:\n${result.stdout}${result.stderr}`);
}

/** Fails when a file is missing or another platform's binaries slipped in. */
function checkContents() {
  const entries = zipEntries(readFileSync(vsix));
  const names = new Set(entries.map((entry) => entry.name));
  const missing = [...PROGRAMS.map((file) => `extension/dist/${file}`), 'extension/package.json'].filter(
    (name) => !names.has(name),
  );
  if (missing.length > 0) fail(`the package lacks ${missing.join(', ')}`);
  const binaries = entries.filter((entry) => /\.(?:node|so|dylib|dll)(?:\.|$)/u.test(entry.name));
  const home = `extension/dist/runtime/node_modules/onnxruntime-node/bin/napi-v6/${target.replace('-', '/')}/`;
  const foreign = binaries.filter((entry) => !entry.name.startsWith(home));
  if (foreign.length > 0)
    fail(`binaries of other platforms: ${foreign.map((entry) => entry.name).join(', ')}`);
  if (!binaries.some((entry) => entry.name.endsWith('onnxruntime_binding.node')))
    fail('the package has no runtime');
  return entries;
}

function report(entries) {
  const groups = new Map();
  for (const { name, packedBytes, sizeBytes } of entries) {
    const group = name.startsWith('extension/dist/runtime/') ? 'runtime' : groupOf(name);
    const sum = groups.get(group) ?? { packedBytes: 0, sizeBytes: 0 };
    groups.set(group, { packedBytes: sum.packedBytes + packedBytes, sizeBytes: sum.sizeBytes + sizeBytes });
  }
  const lines = [...groups].sort((a, b) => b[1].packedBytes - a[1].packedBytes);
  const total = readFileSync(vsix).length;
  process.stdout.write(`${path.relative(root, vsix)}: ${inKilobytes(total)} in ${entries.length} files\n`);
  for (const [group, { packedBytes, sizeBytes }] of lines)
    process.stdout.write(`  ${inKilobytes(packedBytes)}  (${inKilobytes(sizeBytes)} unpacked)  ${group}\n`);
}

function groupOf(name) {
  const inDist = /^extension\/dist\/(.+)$/u.exec(name);
  return inDist ? `dist/${inDist[1]}` : 'manifest, pages and icon';
}

function inKilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(9)} KiB`;
}

function copy(file) {
  const from = path.join(root, file);
  if (!existsSync(from)) fail(`${file} is missing: run node scripts/build.mjs first`);
  cpSync(from, path.join(stage, file), { recursive: true });
}

function readTarget() {
  const index = process.argv.indexOf('--target');
  return index < 0 ? `${process.platform}-${process.arch}` : (process.argv[index + 1] ?? '');
}

function availableTargets() {
  const folder = path.join(root, 'node_modules/onnxruntime-node/bin/napi-v6');
  return readdirSync(folder).flatMap((platform) =>
    readdirSync(path.join(folder, platform)).map((architecture) => `${platform}-${architecture}`),
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file, value) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function fail(message) {
  process.stderr.write(`package: ${message}\n`);
  process.exit(1);
}

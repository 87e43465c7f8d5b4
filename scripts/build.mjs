/**
 * Builds the five bundles into dist/: the CLI, the engine child, the language server, the extension and its webview.
 *
 * `node scripts/build.mjs` builds what exists; `--only cli,engine-child` builds some; `--production` minifies.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const argument = (name) => {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
};
const production = process.argv.includes('--production');

// Bundled CommonJS packages call require() for Node's own modules, which an ES module lacks.
const requireShim =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: production ? false : 'linked',
  // Names stay as they are written, so that traces can be read. To let esbuild rename them and keep the old name in a
  // property costs a call for every closure that is made: a fifth of a certification's own time.
  minifySyntax: production,
  minifyWhitespace: production,
  legalComments: 'none',
  logLevel: 'warning',
  charset: 'utf8',
};

const node = {
  ...common,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  banner: { js: requireShim },
  external: ['onnxruntime-node'],
};

const bundles = {
  cli: {
    ...node,
    entryPoints: ['engine/cli/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: `#!/usr/bin/env node\n${requireShim}` },
  },
  'engine-child': { ...node, entryPoints: ['engine/runtime/ort-child.ts'], outfile: 'dist/engine-child.js' },
  engine: { ...node, entryPoints: ['engine/index.ts'], outfile: 'dist/engine.js' },
  server: { ...node, entryPoints: ['server/main-node.ts'], outfile: 'dist/server.js' },
  extension: {
    ...common,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    entryPoints: ['extension/main.ts'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
  },
  webview: {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['extension/webview/main.ts'],
    outfile: 'dist/webview/webview.js',
  },
};

const only = argument('--only')?.split(',');
const selected = Object.entries(bundles).filter(([name]) => !only || only.includes(name));
if (!only) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
await Promise.all(selected.map(([, options]) => build(options)));
process.stdout.write(`built ${selected.map(([name]) => name).join(', ')}\n`);

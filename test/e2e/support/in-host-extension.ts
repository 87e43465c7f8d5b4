import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.ts';

/** Bundles the test-only extension into a folder and returns that folder. */
export async function buildInHostExtension(parent: string): Promise<string> {
  const folder = path.join(parent, 'invarlock-test.in-host-checks-0.0.1');
  mkdirSync(folder, { recursive: true });
  const source = path.join(root, 'test/e2e/in-host');
  await build({
    entryPoints: [path.join(source, 'main.ts')],
    outfile: path.join(folder, 'main.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  copyFileSync(path.join(source, 'extension/package.json'), path.join(folder, 'package.json'));
  return folder;
}

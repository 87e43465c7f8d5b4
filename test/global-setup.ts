import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds what the integration and language-server tests start as processes, so that they test what ships. */
export default function buildBundles(): void {
  const root = fileURLToPath(new URL('../', import.meta.url));
  // Hundreds of starts compile the same bundles; Node keeps what it compiled, by content.
  process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules/.cache/compiled-by-node');
  const result = spawnSync(process.execPath, ['scripts/build.mjs', '--only', 'cli,engine-child,server'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0)
    throw new Error(`the bundles could not be built:\n${result.stdout}${result.stderr}`);
}

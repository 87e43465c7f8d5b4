/**
 * `npm run test:desktop`: the checks inside the extension host, in the desktop VS Code. The version comes from the network
 * unless VSCODE_EXECUTABLE names a local one. The package must have been staged: node scripts/package.mjs.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { makeInHostWorkspace } from '../test/e2e/support/example-workspace.ts';
import { buildInHostExtension } from '../test/e2e/support/in-host-extension.ts';
import { root } from '../test/e2e/support/paths.ts';

const stage = path.join(root, 'build/stage');
if (!existsSync(path.join(stage, 'dist/extension.cjs'))) {
  process.stderr.write(
    'build/stage is missing: run node scripts/build.mjs and node scripts/package.mjs first\n',
  );
  process.exit(1);
}
const temporary = mkdtempSync(path.join(tmpdir(), 'invarlock-desktop-'));
const workspace = makeInHostWorkspace();
try {
  const inHost = await buildInHostExtension(temporary);
  const executable = process.env.VSCODE_EXECUTABLE;
  process.exitCode = await runTests({
    ...(executable ? { vscodeExecutablePath: executable } : {}),
    extensionDevelopmentPath: [stage, inHost],
    extensionTestsPath: path.join(inHost, 'main.cjs'),
    launchArgs: [
      workspace.folder,
      '--disable-workspace-trust',
      '--user-data-dir',
      path.join(temporary, 'data'),
    ],
  });
} finally {
  workspace.remove();
  rmSync(temporary, { recursive: true, force: true });
}

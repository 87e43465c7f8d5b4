import { existsSync, mkdirSync } from 'node:fs';
import { codeServerEntry } from '../../../scripts/install-code-server.mjs';
import { chromiumPath, screenshots, vsixFile } from './paths.ts';

/** Fails with what is missing: a run that could not look is no run that found nothing. */
export default function checkPrerequisites(): void {
  const needed = [
    { file: codeServerEntry(), remedy: 'run node scripts/install-code-server.mjs' },
    { file: chromiumPath, remedy: 'install chromium, or set CHROMIUM_PATH' },
    { file: vsixFile, remedy: 'run node scripts/build.mjs and node scripts/package.mjs' },
  ];
  const missing = needed.filter(({ file }) => !existsSync(file));
  if (missing.length > 0)
    throw new Error(missing.map(({ file, remedy }) => `${file} is missing: ${remedy}`).join('\n'));
  mkdirSync(screenshots, { recursive: true });
}

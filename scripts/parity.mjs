/**
 * `npm run test:parity`: compares the engine with results of the reference (test/parity). Runs on Node 20 without
 * dependencies until the packages are there; the comparison itself needs a Node that strips types, as the pinned one does.
 */
import path from 'node:path';
import { prepareEntry, root, runShown } from './entry.mjs';

prepareEntry(import.meta.url);
const main = path.join(root, 'test/parity/main.ts');
process.exit(
  runShown('node', ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
    cwd: process.cwd(),
  }),
);

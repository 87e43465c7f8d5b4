/**
 * `npm run demo`: makes an int8 subject from the bundled baseline and certifies the pair on the bundled held-out text.
 * Everything it writes lies in demo-out/.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { prepareEntry, root, runShown } from './entry.mjs';

prepareEntry(import.meta.url);

const output = path.join(root, 'demo-out');
rmSync(output, { recursive: true, force: true });

step('node', ['scripts/build.mjs', '--only', 'cli,engine-child']);
invarlock(
  'edit',
  'quant_rtn',
  '--model',
  'examples/models/tiny-gpt2',
  '--out',
  'demo-out/tiny-gpt2-int8',
  '--bits',
  '8',
  '--granularity',
  'channel',
);
invarlock('certify', '-c', 'examples/configs/tiny-gpt2-dev.invarlock.yaml', '--style', 'friendly');

function invarlock(...args) {
  process.stdout.write(`\n$ invarlock ${args.join(' ')}\n`);
  step('node', ['dist/cli.js', ...args]);
}

function step(command, args) {
  const code = runShown(command, args);
  if (code !== 0) process.exit(code);
}

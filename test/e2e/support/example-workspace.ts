import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './paths.ts';

export interface ExampleWorkspace {
  readonly folder: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** The demo's run, in a folder of its own. */
export const pairConfig = `# The int8 subject against its baseline.
certify:
  baseline: models/tiny-gpt2
  subject: models/tiny-gpt2-int8
  profile: dev
  tier: balanced
  out: runs
  cert_out: reports
dataset:
  provider: local_jsonl
  file: data/heldout.jsonl
  seq_len: 128
  stride: 128
  preview_n: 200
  final_n: 200
eval:
  bootstrap:
    replicates: 1200
`;

/** A workspace folder with the bundled model, an int8 subject made from it by the command line, and a configuration. */
export function makeExampleWorkspace(options: { readonly models: boolean }): ExampleWorkspace {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'invarlock-workspace-')));
  if (options.models) {
    cpSync(path.join(root, 'examples/models/tiny-gpt2'), path.join(folder, 'models/tiny-gpt2'), {
      recursive: true,
    });
    cpSync(path.join(root, 'examples/data'), path.join(folder, 'data'), { recursive: true });
    invarlock(
      folder,
      'edit',
      'quant_rtn',
      '--model',
      'models/tiny-gpt2',
      '--out',
      'models/tiny-gpt2-int8',
      '--bits',
      '8',
    );
  }
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write('pair.yaml', pairConfig);
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A workspace for the checks inside the extension host. */
export function makeInHostWorkspace(): ExampleWorkspace {
  const workspace = makeExampleWorkspace({ models: true });
  const task = {
    type: 'invarlock',
    command: 'doctor',
    config: 'pair.yaml',
    label: 'check the machine',
    problemMatcher: [],
  };
  workspace.write('.vscode/tasks.json', JSON.stringify({ version: '2.0.0', tasks: [task] }, null, 2));
  workspace.write('misspelt.yaml', pairConfig.replace('seq_len:', 'seq_length:'));
  workspace.write('compose.yaml', 'services:\n  web: {image: nginx}\n');
  const cut = path.join(workspace.folder, 'models/cut');
  cpSync(path.join(workspace.folder, 'models/tiny-gpt2'), cut, { recursive: true });
  truncateSync(path.join(cut, 'model.safetensors'), 1000);
  workspace.write('cut.yaml', pairConfig.replace('models/tiny-gpt2-int8', 'models/cut'));
  workspace.write('missing-model.yaml', pairConfig.replace('models/tiny-gpt2-int8', 'models/absent'));
  return workspace;
}

/** Runs the built command line; a failure shows what it printed. */
export function invarlock(folder: string, ...args: readonly string[]): void {
  const result = spawnSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (result.status !== 0)
    throw new Error(
      `invarlock ${args.join(' ')} ended with ${result.status}:\n${result.stdout}${result.stderr}`,
    );
}

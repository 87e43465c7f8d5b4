import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { projectRoot, runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const completionScript = path.join(temporaryFolder('cli-surface'), 'completion.bash');

beforeAll(() => writeFileSync(completionScript, runCli(['completion', 'bash']).out));

test.each([
  ['calibrate', 'null-sweep'],
  ['calibrate', 've-sweep'],
  ['certify'],
  ['completion'],
  ['doctor'],
  ['edit'],
  ['lsp'],
  ['plugins'],
  ['plugins', 'list'],
  ['plugins', 'adapters'],
  ['plugins', 'guards'],
  ['plugins', 'install'],
  ['report'],
  ['report', 'compare'],
  ['report', 'explain'],
  ['report', 'html'],
  ['report', 'validate'],
  ['report', 'verify'],
  ['run'],
  ['verify'],
])('the help of %s %s has an example and says how to switch colour off', (...command) => {
  const help = runCli([...command, '--help']);
  expect([help.code, help.out]).toEqual([0, expect.stringMatching(/Examples?:/u)]);
  expect(help.out).toContain('--no-color');
});

test('plugins list gives one document per call', () => {
  const run = runCli(['plugins', 'list', 'datasets', '--json']);
  const { format_version, category, kind, items } = JSON.parse(run.out);
  expect([run.code, format_version, category, kind]).toEqual([0, 'plugins-v1', 'datasets', 'datasets']);
  expect(items).toContainEqual({
    name: 'local_jsonl',
    kind: 'dataset',
    module: 'engine/data',
    entry_point: null,
    origin: 'builtin',
    status: 'ready',
    backend: null,
  });
  expect(JSON.parse(runCli(['plugins', 'list', '--json']).out).category).toBe('all');
  expect(runCli(['plugins', 'list']).out).toMatch(/^guard +spectral +ready\b/mu);
  expect(runCli(['plugins', 'list', 'everything']).code).toBe(2);
});

test.each([
  [['adapters', '--only', 'missing'], /^adapter +hf_gptq +not in this version$/mu],
  [['adapter', '--hide-unsupported'], /^adapter +hf_causal +ready +onnxruntime-node/mu],
  [['edits', '--verbose'], /^edit +prune +ready .*smallest weights of each matrix/mu],
  [['datasets', '--explain', 'local_jsonl'], /What it is +: local JSONL text, offline$/mu],
  [['list', 'plugins', '--json'], /"category":"plugins".*"kind":"edit"/u],
])('plugins %j', (args, expected) => {
  const run = runCli(['plugins', ...args]);
  expect([run.code, run.out]).toEqual([0, expect.stringMatching(expected)]);
});

test('plugins leaves out what is not asked for', () => {
  const names = (...args: string[]) =>
    JSON.parse(runCli(['plugins', ...args, '--json']).out).items.map(({ name }: { name: string }) => name);
  expect(names('guards', '--only', 'optional')).toEqual([]);
  expect(names('edits', '--only', 'core')).toEqual(['low_rank', 'noop', 'prune', 'quant_rtn']);
  expect(names('adapters', '--hide-unsupported')).toEqual(names('adapters', '--only', 'ready'));
  expect(names('list', 'plugins')).not.toContain('local_jsonl');
});

test.each([
  [['guards', '--explain', 'nobody'], 1, 'error U701: There is no nobody among'],
  [['install', 'gptq', '--upgrade', '--apply'], 2, 'error U715: Nothing can be installed (gptq)'],
  [['uninstall', '-y'], 2, 'error U715: Nothing can be removed:'],
] as const)('plugins %j is refused', (args, code, message) => {
  const run = runCli(['plugins', ...args]);
  expect([run.code, run.out, run.err]).toEqual([code, '', expect.stringContaining(message)]);
});

test.each([
  ['bash', /^# invarlock completion for bash/u],
  ['zsh', /^#compdef invarlock/u],
  ['fish', /^# invarlock completion for fish/u],
])('completion %s knows the real commands', (shell, start) => {
  const run = runCli(['completion', shell]);
  expect([run.code, run.out]).toEqual([0, expect.stringMatching(start)]);
  for (const word of ['certify', 'explain', 'ignore-volatile', 'null-sweep']) expect(run.out).toContain(word);
});

test('lsp answers a client on standard input and ends when told to', async () => {
  const child = spawn(process.execPath, [path.join(projectRoot, 'dist/cli.js'), 'lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let answers = '';
  let waitingFor = '"id":1';
  const steps = [
    { message: { id: 2, method: 'shutdown' }, answer: '"id":2' },
    { message: { method: 'exit' }, answer: undefined },
  ];
  const code = await new Promise<number | null>((resolve) => {
    child.stdout.on('data', (chunk) => {
      answers += chunk;
      // Each message once, when the answer to the one before it is there.
      if (answers.includes(waitingFor)) {
        const next = steps.shift();
        if (next) send(next.message);
        waitingFor = next?.answer ?? 'nothing more';
      }
    });
    child.on('close', resolve);
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  });
  expect([code, answers]).toEqual([0, expect.stringContaining('"capabilities"')]);
});

test.each<[string, readonly string[], readonly string[]]>([
  ['formats of report', ['report', '--format', ''], ['all', 'cert', 'html', 'json', 'markdown', 'md']],
  ['profiles of certify', ['certify', '--profile', 'c'], ['ci', 'ci_cpu']],
  ['sweeps', ['calibrate', 'n'], ['null-sweep']],
  ['kinds of edit', ['edit', 'q'], ['quant_rtn']],
  ['edits of certify', ['certify', '--edit', ''], ['low_rank', 'noop', 'prune', 'quant_rtn']],
  ['styles of run', ['run', '--style', ''], ['audit', 'friendly']],
  ['commands of plugins', ['plugins', 'a'], ['adapters']],
])('bash completes the %s with the script that the program prints', (_name, typed, expected) => {
  const words = ['invarlock', ...typed].map((word) => `'${word}'`).join(' ');
  const script = `source '${completionScript}'; COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _invarlock`;
  const run = spawnSync('bash', ['--norc', '-c', `${script}; printf '%s\\n' "\${COMPREPLY[@]}"`], {
    encoding: 'utf8',
  });
  expect([run.stderr, run.stdout.split('\n').filter(Boolean).sort()]).toEqual(['', expected]);
});

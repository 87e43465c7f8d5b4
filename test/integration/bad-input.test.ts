import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, copyBaseline, heldOutText, smallConfig } from '../fixtures/tiny-models.ts';

const folder = temporaryFolder('bad-input');
let count = 0;

/** Certifies a broken subject or config: one coded error, exit 2, nothing written. */
function check(arrange: (subject: string, config: string) => void, code: string, ...words: string[]): void {
  count += 1;
  const home = path.join(folder, String(count));
  const config = smallConfig(home);
  const subject = copyBaseline(path.join(home, 'subject'));
  arrange(subject, config);
  const run = runCli(['certify', '-c', config, '--subject', subject]);
  const errors = run.err.split('\n').filter((line) => /\berror [A-Z]\d{3}:/u.test(line));
  expect([run.code, errors]).toEqual([2, [expect.stringContaining(`error ${code}:`)]]);
  for (const word of words) expect(run.err).toContain(word);
  expect([existsSync(path.join(home, 'out')), existsSync(path.join(home, 'cert'))]).toEqual([false, false]);
}

const remove =
  (...names: string[]) =>
  (subject: string) => {
    for (const name of names) rmSync(path.join(subject, name), { recursive: true });
  };
const change = (key: string, value: unknown) => (subject: string) => {
  const file = path.join(subject, 'config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), [key]: value }));
};
const edit = (from: string, to: string) => (_: string, config: string) => {
  const text = readFileSync(config, 'utf8');
  if (!text.includes(from)) throw new Error(`the config has no "${from}"`);
  writeFileSync(config, text.replace(from, to));
};

test('a missing model folder', () =>
  check((subject) => rmSync(subject, { recursive: true }), 'M200', 'subject'));
test('a folder without config.json', () => check(remove('config.json'), 'M201', 'config.json'));
test('a folder without weights', () => check(remove('model.safetensors'), 'M206'));
test('a folder without tokenizer', () => check(remove('tokenizer.json'), 'T301'));
test('an unsupported architecture', () => check(change('model_type', 'mamba'), 'M203', 'mamba', 'gpt2'));
test('a config option that changes the mathematics', () =>
  check(change('scale_attn_by_inverse_layer_idx', true), 'M204', 'scale_attn_by_inverse_layer_idx'));
test('a truncated safetensors file', () =>
  check(
    (subject) => truncateSync(path.join(subject, 'model.safetensors'), 100_000),
    'M234',
    'model.safetensors',
  ));
test.each(['pytorch_model.bin', 'model.pt'])('a pickle checkpoint %s is refused by name', (name) =>
  check(
    (subject) => {
      rmSync(path.join(subject, 'model.safetensors'));
      writeFileSync(path.join(subject, name), Buffer.from([0x80, 0x02, 0x2e]));
    },
    'M205',
    name,
    'pickle',
  ),
);
test('another tokenizer', () =>
  check(
    (subject) => {
      const file = path.join(subject, 'tokenizer.json');
      const json = JSON.parse(readFileSync(file, 'utf8'));
      json.pre_tokenizer.add_prefix_space = true;
      writeFileSync(file, JSON.stringify(json));
    },
    'E002',
    'tokenizer',
  ));
test('a misspelt key, with its place and a suggestion', () =>
  check(edit('  seed: 42', '  sed: 42'), 'C110', 'small.invarlock.yaml:12:3', 'seed'));
test('a stride that is not seq_len', () =>
  check(edit('seq_len: 32', 'seq_len: 32\n  stride: 16'), 'T322', 'stride'));
test('a window longer than the context', () => check(edit('seq_len: 32', 'seq_len: 512'), 'T321', '256'));
test('more windows than texts', () =>
  check(edit('preview_n: 20\n  final_n: 20', 'preview_n: 900\n  final_n: 900'), 'E303', '912'));
test('a data file that is not there', () =>
  check(edit('heldout.jsonl', 'nowhere.jsonl'), 'T310', 'nowhere.jsonl'));
test('data of the hub, without the network', () =>
  check(edit(`provider: local_jsonl\n  file: ${heldOutText}`, 'provider: hf_text'), 'H801', 'HF_HOME'));

test.each<[string, string[], string]>([
  ['-c with --preset', ['certify', '-c', 'a.yaml', '--preset', 'b.yaml'], 'U702'],
  ['a config that is not there', ['certify', '-c', 'nowhere.yaml'], 'U703'],
  ['a config that is a folder', ['certify', '-c', '.'], 'C107'],
  [
    'no data',
    ['certify', '--baseline', baselineFolder, '--subject', baselineFolder, '--profile', 'dev'],
    'U701',
  ],
])('%s', (_, args, code) => {
  const run = runCli(args, { cwd: folder });
  expect([run.code, run.err]).toEqual([2, expect.stringContaining(`error ${code}:`)]);
});

test.each<[string, string[]]>([
  ['an unknown command', ['certfy']],
  ['an unknown option', ['certify', '--basline', 'x']],
  ['an edit of an unknown kind', ['edit', 'melt', '--model', baselineFolder, '--out', 'x']],
  [
    'bits that are no number',
    ['edit', 'quant_rtn', '--model', baselineFolder, '--out', 'x', '--bits', 'eight'],
  ],
])('%s is a usage error with a hint', (_, args) => {
  const run = runCli(args, { cwd: folder });
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('error:')]);
  expect(existsSync(path.join(folder, 'x'))).toBe(false);
});

test.each<[string, string[], string]>([
  ['bits out of range', ['quant_rtn', '--bits', '9'], 'X60'],
  ['a sparsity of one', ['prune', '--sparsity', '1'], 'X60'],
  ['no sparsity', ['prune'], 'X60'],
])('edit refuses %s', (_, args, code) => {
  const run = runCli(['edit', ...args, '--model', baselineFolder, '--out', 'y'], { cwd: folder });
  expect([run.code, run.err]).toEqual([2, expect.stringContaining(`error ${code}`)]);
  expect(existsSync(path.join(folder, 'y'))).toBe(false);
});

test('edit refuses an output folder that is not empty', () => {
  const out = copyBaseline(path.join(folder, 'full'));
  const run = runCli(['edit', 'prune', '--sparsity', '0.2', '--model', baselineFolder, '--out', out]);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('error U704')]);
});

test.each<[string, (home: string) => void, string]>([
  [
    'a file where the certificate folder should be',
    (home) => writeFileSync(path.join(home, 'cert'), ''),
    'is a file',
  ],
  ['a file on the way to the runs', (home) => writeFileSync(path.join(home, 'out'), ''), 'is a file'],
  [
    'a folder named like the certificate',
    (home) => mkdirSync(path.join(home, 'cert/evaluation.cert.json'), { recursive: true }),
    'a folder',
  ],
])('%s is refused before anything is evaluated', (name, arrange, words) => {
  const home = path.join(folder, name.replaceAll(' ', '-'));
  const config = smallConfig(home);
  arrange(home);
  const before = readdirSync(home).sort();
  const run = runCli(['certify', '-c', config, '--subject', baselineFolder]);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('error U705:')]);
  expect(run.err).toContain(words);
  expect(readdirSync(home).sort()).toEqual(before);
});

test('an empty path is a usage error, not the current folder', () => {
  const run = runCli(['certify', '-c', smallConfig(path.join(folder, 'empty')), '--subject', '']);
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('error U701:')]);
});

test('a certificate that is not there fails by name and hides no other', () => {
  const run = runCli(['verify', 'nowhere.json', 'nowhere-else.json', '--json'], { cwd: folder });
  const envelope = JSON.parse(run.out);
  expect([
    run.code,
    envelope.results.map(({ id, reason }: { id: string; reason: string }) => [id, reason]),
  ]).toEqual([
    2,
    [
      ['nowhere.json', 'malformed'],
      ['nowhere-else.json', 'malformed'],
    ],
  ]);
  const human = runCli(['verify', 'nowhere.json'], { cwd: folder });
  expect([human.code, human.out]).toEqual([2, expect.stringContaining('U703')]);
});

test('--json gives the findings of a certification that cannot start', () => {
  const run = runCli(['certify', '-c', 'nowhere.yaml', '--json'], { cwd: folder });
  expect([run.code, JSON.parse(run.out)]).toMatchObject([
    2,
    {
      format_version: 'certify-v1',
      verdict: null,
      findings: [{ code: 'U703' }],
      resolution: { exit_code: 2 },
    },
  ]);
});

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultCommit, type LoopbackHub, serveHub } from '../../fixtures/loopback-hub.ts';
import { projectRoot } from '../../fixtures/run-cli.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { baselineFolder, heldOutText } from '../../fixtures/tiny-models.ts';

// The whole way: two models and a data set by their names, downloaded by the command line before it evaluates, found again without
// the network, and named in the evidence. The token is in none of it.

const folder = temporaryFolder('certify-hub');
const token = 'hf_geheimgeheimgeheimgeheim';
const subjectCommit = 'beef'.repeat(10);
let hub: LoopbackHub;

const model = () =>
  Object.fromEntries(
    ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'].map((name) => [
      name,
      readFileSync(path.join(baselineFolder, name)),
    ]),
  );
const card =
  '---\nconfigs:\n- config_name: plain\n  data_files:\n  - split: test\n    path: texts/*.gz\n---\n';

beforeAll(async () => {
  const files = model();
  // Another file of the same tensors: the metadata differ.
  const subject = { ...files, 'config.json': `${files['config.json']}\n` };
  hub = await serveHub({
    'models/org/base': { files },
    'models/org/edited': { files: subject, commit: subjectCommit },
    'datasets/org/texts': {
      files: {
        'README.md': card,
        'texts/b.jsonl.gz': gzipSync('{"text":"never read"}\n'),
        'texts/a.jsonl.gz': gzipSync(readFileSync(heldOutText)),
      },
    },
  });
});
afterAll(() => hub.close());

interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** Not `runCli`: the hub lives in this process and must be able to answer. */
function cli(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const own = {
    PATH: process.env.PATH,
    HOME: folder,
    HF_ENDPOINT: hub.endpoint,
    HF_TOKEN: token,
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, [path.join(projectRoot, 'dist/cli.js'), ...args], {
    cwd: folder,
    env: { ...own, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

function config(name: string): string {
  const file = path.join(folder, name, 'run.invarlock.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `certify: { baseline: org/base, subject: org/edited@${subjectCommit}, profile: dev, out: out, cert_out: cert }
dataset: { provider: hf_text, dataset_name: org/texts, config_name: plain, split: test, max_samples: 24, seq_len: 32, preview_n: 6, final_n: 6 }
eval: { bootstrap: { replicates: 200 } }
`,
  );
  return file;
}

test('models and data by name: downloaded, certified, found again offline, said in the evidence', async () => {
  const off = await cli(['certify', '-c', config('off')], {});
  expect(off.code).toBe(2);
  expect(off.text).toContain(path.join(folder, '.cache/huggingface/hub'));
  expect(hub.requests).toEqual([]);

  const first = await cli(['certify', '-c', config('on')], { INVARLOCK_ALLOW_NETWORK: '1' });
  expect([first.code, first.text]).toEqual([1, expect.stringContaining('model.safetensors')]);
  const asked = hub.requests.length;
  expect(hub.requests.every(({ token: sent }) => sent === `Bearer ${token}`)).toBe(true);
  // The second file of the split was not needed, so it was not fetched.
  expect(hub.requests.map((request) => request.path).join()).not.toContain('b.jsonl.gz');

  const second = await cli(['certify', '-c', config('again')], {
    INVARLOCK_ALLOW_NETWORK: '1',
    HF_HUB_OFFLINE: '1',
  });
  expect([second.code, hub.requests.length]).toEqual([1, asked]);

  const certificate = (run: string) => path.join(folder, run, 'cert/evaluation.cert.json');
  const document = JSON.parse(readFileSync(certificate('on'), 'utf8'));
  expect(document.meta.hub).toEqual({
    repository: 'org/edited',
    revision: subjectCommit,
    commit: subjectCommit,
  });
  expect(document.baseline_ref.hub).toEqual({
    repository: 'org/base',
    revision: 'main',
    commit: defaultCommit,
  });
  expect(document.dataset.hub).toEqual({
    repository: 'org/texts',
    revision: 'main',
    commit: defaultCommit,
    config: 'plain',
    files: ['texts/a.jsonl.gz'],
  });
  const same = await cli(
    ['report', 'compare', '--ignore-volatile', certificate('on'), certificate('again')],
    {},
  );
  expect(same).toMatchObject({ code: 0 });

  const written = ['on', 'again'].flatMap((run) =>
    readdirSync(path.join(folder, run), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  expect(written.length).toBeGreaterThan(8);
  for (const text of [
    off.text,
    first.text,
    second.text,
    ...written.map((file) => readFileSync(file, 'utf8')),
  ])
    expect(text).not.toContain(token);
});

test('an edit starts from a model of the hub', async () => {
  const args = [
    'edit',
    'quant_rtn',
    '--model',
    'org/base',
    '--out',
    path.join(folder, 'int8'),
    '--bits',
    '8',
  ];
  const edit = await cli(args, { HF_HUB_OFFLINE: '1', INVARLOCK_ALLOW_NETWORK: '1' });
  expect(edit).toMatchObject({
    code: 0,
    text: expect.stringContaining(`commit ${defaultCommit.slice(0, 12)}`),
  });
  expect(readdirSync(path.join(folder, 'int8'))).toContain('tokenizer.json');
});

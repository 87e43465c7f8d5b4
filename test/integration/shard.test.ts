import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { volatilePointers } from '../../engine/certificate/certificate-schema.ts';
import { without } from '../../engine/certificate/integrity.ts';
import { prepareMerge } from '../../engine/certify/shard/run-merge.ts';
import { type ShardPart, sealPart } from '../../engine/certify/shard/shard-part.ts';
import { writeJson } from '../../engine/core/json-writer.ts';
import { nodeFiles } from '../../engine/core/node-files.ts';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { baselineFolder, heldOutText, pokeWeight } from '../fixtures/tiny-models.ts';

/** Three parts of 5 + 5 windows of 24 tokens, and one run of the same. */
const folder = temporaryFolder('shard');
const config = path.join(folder, 'run.invarlock.yaml');
/** Two threads, wherever the tests run. */
const options = { cwd: folder, env: { INVARLOCK_OMP_THREADS: '2' } };
const partFile = (index: number) => path.join(folder, `parts/part-${index}-of-3.json`);
const part = (index: number): ShardPart => JSON.parse(readFileSync(partFile(index), 'utf8'));

beforeAll(() => {
  const subject = pokeWeight(path.join(folder, 'subject'), 'transformer.h.1.mlp.c_fc.weight', 5, 2);
  writeFileSync(
    config,
    `certify:
  baseline: ${baselineFolder}
  subject: ${subject}
  profile: dev
  out: parts
  cert_out: one-cert
dataset:
  provider: local_jsonl
  file: ${heldOutText}
  preview_n: 5
  final_n: 5
  seq_len: 24
  seed: 42
eval:
  worst_windows: 2
  bootstrap: { replicates: 200 }
`,
  );
  for (const index of [1, 2, 3]) {
    const run = runCli(['certify', '-c', config, '--shard', `${index}/3`, '--quiet'], options);
    if (run.code !== 0) throw new Error(`part ${index} was not made:\n${run.err}`);
  }
});

/** The text of a certificate or report without what depends on the clock, the host and paths. */
function stable(file: string): string {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return writeJson(
    volatilePointers.reduce<unknown>((rest, pointer) => without(rest, pointer.slice(1).split('/')), value),
  );
}

test('three parts, in any order, give the bytes of one run, and nothing else appears', () => {
  const one = runCli(['certify', '-c', config, '--out', 'one', '--quiet', '--allow-gate-failure'], options);
  expect([one.code, one.err]).toEqual([0, '']);
  const parts = [3, 1, 2].map(partFile);
  const merged = runCli(['merge', ...parts, '--out', 'out', '--cert-out', 'cert', '--quiet'], {
    cwd: folder,
  });
  // The gates that need many tokens fail in both; a merge has the exit codes of a certification.
  expect([merged.code, merged.err]).toEqual([1, '']);
  const certificate = path.join(folder, 'cert/evaluation.cert.json');
  const expected = path.join(folder, 'one-cert/evaluation.cert.json');
  expect(stable(certificate)).toBe(stable(expected));
  const {
    integrity,
    worst_windows: worst,
    evaluation_windows: windows,
  } = JSON.parse(readFileSync(certificate, 'utf8'));
  expect(integrity).toEqual(JSON.parse(readFileSync(expected, 'utf8')).integrity);
  expect([windows.final.window_ids.length, worst.windows[0]?.tokens?.texts.length]).toEqual([5, 23]);
  expect(runCli(['verify', certificate]).out).not.toMatch(/E602|V520|V522/u);
});

/** The stated tolerance between numbers of threads is 0: the same bytes, but for the number itself. */
test('a second run, on one thread instead of two, gives the same certificate in every bit', () => {
  const again = ['--out', 'again', '--cert-out', 'again-cert', '--quiet', '--allow-gate-failure'];
  const env = { INVARLOCK_OMP_THREADS: '1' };
  const run = runCli(['certify', '-c', config, ...again], { cwd: folder, env });
  expect([run.code, run.err]).toEqual([0, '']);
  const [one, two] = ['again-cert', 'one-cert'].map((name) =>
    stable(path.join(folder, name, 'evaluation.cert.json')),
  );
  const threads = /"threads": \d+/gu;
  // The digests of reports and certificate cover the number.
  const digests = /"(?:report_content_)?sha256": "[0-9a-f]{64}"/gu;
  const withoutDigest = (text = '') => text.replace(threads, '').replace(digests, '');
  expect([one, two].map((text) => text?.match(threads)?.[0])).toEqual(['"threads": 1', '"threads": 2']);
  expect(withoutDigest(one)).toBe(withoutDigest(two));
});

type Change = (part: ShardPart) => unknown;

/** A copy of a part that was changed and sealed again. */
function changed(name: string, index: number, change: Change): string {
  const copy = part(index);
  change(copy);
  const file = path.join(folder, 'changed', `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, sealPart(copy));
  return file;
}

async function codesOf(...parts: readonly string[]): Promise<readonly string[]> {
  const request = {
    parts,
    out: path.join(folder, 'nothing/out'),
    certOut: path.join(folder, 'nothing/cert'),
  };
  const { value, findings } = await prepareMerge(nodeFiles, request);
  expect(value === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
  return findings.map(({ code }) => code);
}

const set = (target: object, key: string, value: unknown) => Object.assign(target, { [key]: value });

test.each<[string, string[], Change]>([
  ['an older engine', ['U725'], ({ identity }) => set(identity, 'engine_version', '0.0.1')],
  ['another runtime', ['U725'], ({ identity }) => set(identity, 'runtime_version', '1.0.0')],
  ['other settings', ['U725'], ({ identity }) => set(identity, 'settings_sha256', 'x')],
  ['other windows', ['U724'], ({ identity }) => set(identity, 'schedule_sha256', 'x')],
  ['another subject', ['U724'], ({ identity }) => set(identity, 'subject_sha256', 'x')],
  ['another count', ['U721'], ({ shard }) => set(shard, 'count', 4)],
  [
    'another processor',
    ['U726'],
    ({ arms }) => set(arms.baseline.meta.execution?.host ?? {}, 'cpu', { model: 'x' }),
  ],
  ['a loss that is not that of its tokens', ['U721'], ({ windows }) => set(windows[0]!.subject, 'loss', 1)],
  ['a window left out', ['U721'], ({ windows }) => (windows as unknown[]).pop()],
])('a part with %s gives %j', async (name, codes, change) => {
  const file = changed(name.replaceAll(' ', '-'), 2, change);
  expect(await codesOf(partFile(1), file, partFile(3))).toEqual(codes);
});

test('missing, repeated and altered parts are refused, and nothing is written', async () => {
  expect(await codesOf(partFile(1), partFile(3))).toEqual(['U722']);
  expect(await codesOf(partFile(1), partFile(2), partFile(3), partFile(2))).toEqual(['U723']);
  expect(await codesOf(partFile(1), path.join(folder, 'none.json'))).toEqual(['U703']);
  expect(await codesOf(config)).toEqual(['U721']);
  const altered = path.join(folder, 'altered.json');
  writeFileSync(altered, readFileSync(partFile(2), 'utf8').replace('"delta": ', '"delta": 1'));
  expect(await codesOf(partFile(1), altered, partFile(3))).toEqual(['U721']);
  const cut = path.join(folder, 'cut.json');
  writeFileSync(cut, readFileSync(partFile(2)).subarray(0, 5000));
  const run = runCli(['merge', partFile(1), cut, partFile(3), '--out', 'no', '--cert-out', 'no'], {
    cwd: folder,
  });
  expect([run.code, run.err]).toEqual([2, expect.stringContaining('U721')]);
  expect(existsSync(path.join(folder, 'no'))).toBe(false);
});

test('what cannot be done in parts is refused before anything is evaluated', () => {
  const noise = ['--noise-floor', '--shard', '1/11', '--edit', 'quant_rtn', '--out', 'refused'];
  const subjectless = path.join(folder, 'no-subject.invarlock.yaml');
  writeFileSync(subjectless, readFileSync(config, 'utf8').replace(/ {2}subject: .*\n/u, ''));
  const run = runCli(['certify', '-c', subjectless, ...noise], { cwd: folder });
  expect([run.code, run.err.match(/U720/gu)?.length]).toEqual([2, expect.any(Number)]);
  expect(run.err).toContain('invarlock edit');
  expect(run.err).toContain('There are 10 windows');
  expect(existsSync(path.join(folder, 'refused'))).toBe(false);
});

/**
 * A certification of the bundled model on 400 + 400 windows of 128 tokens, in a process of its own: how much of its wall
 * time is not spent in `session.run` of the engine child. Measured from the moment the run starts reading its
 * configuration until the certificate is written, and once more with the start of the process. First without guards and
 * divergence, then with all that a run does by default.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepareEntry, root, runShown } from './entry.mjs';

const windows = 400;
const rounds = 3;
const [, , job, folder] = process.argv;

if (job === 'certify') await certify(folder);
else measureAll();

/** In the child: one certification with a runtime that adds up its own time. */
async function certify(to) {
  const startedMs = performance.now();
  const engine = await import(pathToFileURL(path.join(root, 'dist/engine.js')).href);
  const loadedMs = performance.now();
  const usageBefore = process.cpuUsage();
  let runMs = 0;
  const timed = (runtime) => ({
    ...runtime,
    open: async (graph) => {
      const session = await runtime.open(graph);
      return {
        ...session,
        run: async (...args) => {
          const result = await session.run(...args);
          runMs += result.runMs;
          return result;
        },
      };
    },
  });
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() };
  const common = { workingFolder: to, environment: {} };
  const config = path.join(to, 'bench.invarlock.yaml');
  const { value: plan, findings } = await engine.prepareCertify(engine.nodeFiles, {
    ...common,
    configFile: config,
  });
  if (!plan) throw new Error(findings.map(({ message }) => message).join('\n'));
  const preparedMs = performance.now();
  const { paths } = await engine.runCertify(
    {
      ...common,
      files: engine.nodeFiles,
      clock,
      cancelled: new AbortController().signal,
      startRuntime: async (_device, mappedBytes, threads = availableParallelism()) =>
        timed(
          await engine.startEngine({
            childPath: path.join(root, 'dist/engine-child.js'),
            threads,
            mappedBytes,
            whileStarting: engine.prepareCertificateSchema,
          }),
        ),
    },
    plan,
    () => {},
  );
  const endedMs = performance.now();
  const { user, system } = process.cpuUsage(usageBefore);
  console.log(
    JSON.stringify({
      runMs,
      insideMs: endedMs - loadedMs,
      prepareMs: preparedMs - loadedMs,
      importMs: loadedMs - startedMs,
      ownMs: (user + system) / 1000,
      guards: JSON.parse(readFileSync(paths.subjectReport, 'utf8')).metrics.guard_timings,
    }),
  );
}

function measureAll() {
  prepareEntry(import.meta.url);
  process.exitCode ||= runShown('node', ['scripts/build.mjs', '--only', 'cli,engine-child,engine']);
  const temporary = mkdtempSync(path.join(tmpdir(), 'invarlock-bench-'));
  try {
    const base = path.join(root, 'examples/models/tiny-gpt2');
    const subject = path.join(temporary, 'int8');
    const made = node(path.join(root, 'dist/cli.js'), 'edit', 'quant_rtn', '--model', base, '--out', subject);
    if (made.status !== 0) throw new Error(made.stderr);
    console.log(
      `certification of tiny-gpt2 on ${windows} + ${windows} windows of 128 tokens, ${availableParallelism()} threads, best of ${rounds}`,
    );
    for (const [title, more] of [
      ['losses and certificate', 'guards:\n  order: []\n'],
      ['with guards and divergence', ''],
    ]) {
      const isPlain = more !== '';
      writeFileSync(path.join(temporary, 'bench.invarlock.yaml'), configText(base, subject, isPlain) + more);
      const measured = Array.from({ length: rounds }, () => measure(temporary));
      print(title, measured.toSorted((a, b) => share(a.insideMs, a) - share(b.insideMs, b))[0]);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function measure(temporary) {
  rmSync(path.join(temporary, 'out'), { recursive: true, force: true });
  const startedMs = performance.now();
  const run = node(fileURLToPath(import.meta.url), 'certify', temporary);
  const wallMs = performance.now() - startedMs;
  if (run.status !== 0) throw new Error(run.stderr);
  return { ...JSON.parse(run.stdout), wallMs };
}

function share(wallMs, { runMs }) {
  return (wallMs - runMs) / wallMs;
}

function print(title, best) {
  const ms = (value) => `${(value / 1000).toFixed(2)} s`;
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  const rows = [
    ['wall time of the run', ms(best.insideMs), ''],
    ['  of which preparation', ms(best.prepareMs), ''],
    ['session.run', ms(best.runMs), ''],
    ['processors, without the engine child', ms(best.ownMs), 'does not depend on what else runs'],
    ['outside session.run', percent(share(best.insideMs, best)), 'target ≤ 5 %'],
    ['  with the start of the process', percent(share(best.wallMs, best)), `${ms(best.wallMs)} in all`],
    ...guardRows(best, { ms, percent }),
  ];
  console.log(`\n${title}`);
  for (const [name, value, remark] of rows) {
    console.log(`${name.padEnd(38)}  ${value.padStart(8)}  ${remark}`.trimEnd());
  }
}

/** Seconds of every guard on both models together, and their share of the run. */
function guardRows({ guards, insideMs }, { ms, percent }) {
  const named = Object.entries(guards).map(([name, seconds]) => [name, 1000 * seconds]);
  if (named.length === 0) return [];
  const total = named.reduce((sum, [, guardMs]) => sum + guardMs, 0);
  return [
    ['all guards', percent(total / insideMs), `target ≤ 15 %; ${ms(total)}`],
    ...named.map(([name, guardMs]) => [`  ${name}`, ms(guardMs), '']),
  ];
}

function configText(baseline, subject, isPlain) {
  return `certify:
  baseline: ${JSON.stringify(baseline)}
  subject: ${JSON.stringify(subject)}
  profile: dev
  out: out
  cert_out: cert
model:
  device: cpu
dataset:
  provider: local_jsonl
  file: ${JSON.stringify(path.join(root, 'examples/data/heldout.jsonl'))}
  seq_len: 128
  preview_n: ${windows}
  final_n: ${windows}
  seed: 42
eval:
  divergence: ${!isPlain}
  bootstrap: { replicates: 1200 }
`;
}

function node(...args) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
}

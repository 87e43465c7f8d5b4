import { beforeAll, expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateIntegrity } from '../../../engine/certificate/integrity.ts';
import { withGuards } from '../../../engine/certify/with-guards.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import type { Guard } from '../../../engine/guards/run/guard.ts';
import { prepareGuards, validateGuards } from '../../../engine/guards/run/guard-chain.ts';
import { subjectEntries } from '../../../engine/guards/run/report-entries.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { tinyGpt2 } from '../../fixtures/engine.ts';
import { guardArm, guardContext, probeRuntime, someWindows } from '../../fixtures/guard-context.ts';
import { makeReports } from '../../fixtures/run-report.ts';

// biome-ignore lint/suspicious/noExplicitAny: a certificate is forged member by member.
type Json = any;

let certificate: string;

/** A certificate with the guards of activations; the second token of a window says which one it is. */
beforeAll(async () => {
  const pair = makeReports({ windows: 20 });
  const { preview, final } = pair.subject.evaluation_windows;
  const ids = [...preview.window_ids, ...final.window_ids];
  const losses = [...preview.logloss, ...final.logloss];
  const windows = someWindows(ids.length).map((window, index) => ({ ...window, id: ids[index]! }));
  const seen: number[] = [0, 6, 11, 17, 22, 28, 33, 39];
  const { runtime } = probeRuntime({
    value: (statistic, module) => (statistic === 'edge_risk' || !module.endsWith('2.mlp.c_proj') ? 2 : 1.4),
    loss: (window) => losses[seen[window] ?? 0] ?? 3,
  });
  const context = guardContext(runtime, windows);
  const order: readonly Guard['name'][] = ['rmt', 'variance'];
  const prepared = await prepareGuards(context, order, await guardArm('baseline', tinyGpt2));
  const judged = await validateGuards(context, prepared, await guardArm('subject', tinyGpt2));
  const subject = withGuards(pair.subject, { entries: subjectEntries(judged, prepared), timings: {} });
  const { value } = buildCertificate({
    baseline: pair.baseline,
    subject,
    generatedAt: new Date(2025, 10, 2),
    environment: {},
    toolVersion: '0.1.0',
  });
  certificate = writeJson(value);
});

function findingsAfter(change: (certificate: Json) => unknown): string[] {
  const forged = JSON.parse(certificate);
  change(forged);
  forged.integrity = certificateIntegrity(readJson(writeJson(forged)).value!);
  return verifyCertificate(writeJson(forged), { profile: 'dev' })
    .findings.filter(({ pointer }) => /^\/(rmt|variance|guard_overhead)/u.test(pointer ?? ''))
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

test('what was measured gives the blocks again', () => {
  expect(findingsAfter(() => {})).toEqual([]);
  const { rmt, variance, guard_overhead: overhead } = JSON.parse(certificate);
  expect([rmt.passed, variance.passed, overhead.passed]).toEqual([true, true, true]);
  expect(overhead.overhead_ratio).toBeCloseTo(1, 6);
});

const module = 'transformer.h.1.attn.c_proj';

test.each<[string, (certificate: Json) => unknown, string]>([
  ['a risk above the band', ({ rmt }) => (rmt.edge_risk_by_module[module] = 2.5), 'E602 /rmt/passed'],
  ['a module taken out', ({ rmt }) => delete rmt.edge_risk_by_module[module], 'E602 /rmt/passed'],
  ['a module that was not finite', ({ rmt }) => rmt.non_finite_modules.push(module), 'E602 /rmt/passed'],
  ['a wider band', ({ rmt }) => (rmt.epsilon_by_family.attn = 0.9), 'E602 /rmt/epsilon_by_family/attn'],
  ['another family', ({ rmt }) => (rmt.module_family_map[module] = 'other'), 'E602 /rmt/module_family_map'],
  [
    'chosen windows',
    ({ rmt }) => (rmt.sampled_windows.window_ids[3] = 18),
    'E602 /rmt/sampled_windows/window_ids',
  ],
  ['no risks', ({ rmt }) => delete rmt.edge_risk_by_module_base, 'E602 /rmt/edge_risk_by_module'],
  [
    'a smaller overhead',
    ({ guard_overhead: block }) => (block.overhead_ratio = 0.9),
    'E602 /guard_overhead/overhead_ratio',
  ],
  [
    'a guarded loss',
    ({ guard_overhead: block }) => (block.windows.logloss[0] += 3),
    'E602 /guard_overhead/passed',
  ],
  ['scaling in the certified model', ({ variance }) => (variance.enabled = true), 'E602 /variance/enabled'],
  ['a gain', ({ variance }) => (variance.gain = 0.2), 'E602 /variance/gain'],
  [
    'a decision',
    ({ variance }) => (variance.ab_decision.would_help = true),
    'E602 /variance/ab_decision/would_help',
  ],
  ['no losses', ({ variance }) => delete variance.ab_test.losses, 'E602 /variance/ab_test'],
])('%s is found', (_, change, finding) => {
  expect(findingsAfter(change)).toContain(finding);
});

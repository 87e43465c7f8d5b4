import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certificate } from '../../engine/certificate/certificate-types.ts';
import type { TierName } from '../../engine/policy/tiers.ts';
import type { Runtime } from '../../engine/runtime/runtime-port.ts';
import { verifyCertificate } from '../../engine/verify/verify-certificate.ts';
import { startTestEngine } from '../fixtures/engine.ts';
import { type Changes, forge } from '../fixtures/forge-certificate.ts';
import type { ModelName } from '../fixtures/known-edits.ts';
import { proofRow, proofTable } from '../fixtures/proof-table.ts';
import { type ProofOptions, provenCertification } from '../fixtures/proven-certification.ts';
import { runCli } from '../fixtures/run-cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/**
 * Whole certifications by the profile ci on 200 + 200 windows, which are its floor: which gates each known edit fails, and
 * no other. INVARLOCK_PROOF_TABLE=FILE writes what docs/guards.md shows of them.
 */
const folder = temporaryFolder('certification-proof');
const rows: string[] = [];
let runtime: Runtime;
let certify: ReturnType<typeof provenCertification>;

beforeAll(async () => {
  runtime = await startTestEngine(2);
  certify = provenCertification(runtime, folder);
});

afterAll(async () => {
  await runtime?.close();
  const file = process.env.INVARLOCK_PROOF_TABLE;
  if (file) writeFileSync(file, proofTable(rows));
});

const metric = 'primary_metric_acceptable';
const drift = 'preview_final_drift_acceptable';
const invariants = 'invariants_pass';
const spectral = 'spectral_stable';
const rmt = 'rmt_stable';
const guards = ['invariants', 'spectral', 'rmt', 'variance', 'guard_overhead'];

/** With the recalibrated tiers file; of the two models that are too small for the tiers, with tiers-tiny.yaml. */
test.each<[ModelName, string, string[]]>([
  // The metric alone decides about 4 bits: its interval lies about the limit.
  ['gpt2', 'int4', []],
  ['llama', 'int4', [metric]],
  ['bert', 'int4', [metric]],
  ['t5', 'int4', [metric]],
  ['llama', 'int8', []],
  ['bert', 'int8', []],
  ['t5', 'int8', []],
  // Weights far from the baseline's.
  ['gpt2', 'int3', [spectral, metric]],
  ['llama', 'int3', [spectral, metric]],
  ['bert', 'int3', [spectral, rmt, metric]],
  ['t5', 'int3', [spectral, metric]],
  ['gpt2', 'prune60', [spectral, metric]],
  ['llama', 'prune60', [spectral, metric]],
  ['t5', 'prune60', [spectral, metric]],
  // One layer is seen by its weights, and by the activations behind it.
  ['gpt2', 'scale3', [spectral, rmt, metric]],
  ['llama', 'scale3', [spectral, rmt, metric]],
  ['bert', 'scale3', [spectral, rmt, metric]],
  ['t5', 'scale3', [spectral, rmt, metric]],
  // A noisy head costs nothing on this text: only the invariants see that it is another tensor.
  ['gpt2', 'untied', [invariants]],
  ['llama', 'retied', [invariants, spectral, metric]],
])('%s, %s', async (model, edit, gates) => {
  const { certificate, failed } = await proven(model, edit);
  expect(failed).toEqual([...gates].sort());
  const isSmall = model === 'bert' || model === 't5';
  const { name } = certificate.policy_provenance.tiers_file;
  expect(name).toBe(isSmall ? 'tiers-tiny.yaml' : 'tiers-recalibrated.yaml');
  expect(guards.filter((guard) => certificate[guard].evaluated !== true)).toEqual([]);
  const { basis, interval, limit, outcome } = certificate.gate_decisions[metric];
  expect([basis, limit, outcome]).toEqual(['upper', { max: 1.102 }, interval[1] <= 1.102 ? 'pass' : 'fail']);
  expect(isVerified(certificate, 'ci')).toBe(failed.length === 0);
});

/** A certification as a row of the table; failed gates by name. */
async function proven(model: ModelName, edit: string, options: ProofOptions = {}) {
  const found = await certify(model, edit, options);
  rows.push(proofRow(model, edit, found));
  return { ...found, failed: [...found.failed].sort() };
}

/** The verdict of `verify`, which decides everything again. */
function isVerified(certificate: object, profile: 'ci' | 'release'): boolean {
  return verifyCertificate(JSON.stringify(certificate), { profile }).exitCode === 0;
}

test.each<[ModelName, string]>([
  ['llama', 'model.layers.2.mlp.down_proj.weight'],
  ['t5', 'encoder.block.1.layer.0.SelfAttention.k.weight'],
])('%s, one NaN: every guard fails, and names the tensor', async (model, tensor) => {
  const { certificate, failed } = await proven(model, 'nan');
  expect(failed).toEqual([invariants, spectral, rmt, metric, drift].sort());
  expect(certificate.spectral.attribution.sentence).toMatch(new RegExp(`^Only ${tensor} differs`, 'u'));
  expect(certificate.gate_decisions[invariants].reasons.join()).toContain(tensor);
});

test('a low-rank merge passes, and is noticed', async () => {
  const { certificate, failed } = await proven('llama', 'lora');
  expect(failed).toEqual([]);
  expect(certificate.spectral.attribution).toMatchObject({ changed_weights: 16, low_rank: 4 });
});

test.each<[ModelName, TierName]>([
  ['gpt2', 'conservative'],
  ['gpt2', 'balanced'],
  ['gpt2', 'aggressive'],
  ['llama', 'conservative'],
  ['llama', 'balanced'],
  ['llama', 'aggressive'],
])('an unedited copy of %s passes in the tier %s as it is', async (model, tier) => {
  const { certificate, failed } = await proven(model, 'copy', { tier, tiersFile: false });
  expect([failed, certificate.policy_provenance.overrides, certificate.auto.tier]).toEqual([[], [], tier]);
  expect(certificate.primary_metric.ratio_vs_baseline).toBe(1);
});

test.each<[ModelName]>([['bert'], ['t5']])(
  '%s fails the tier as it is, for want of tokens',
  async (model) => {
    const { certificate, failed } = await proven(model, 'int8', { tiersFile: false });
    expect(failed).toContain(metric);
    expect(certificate.gate_decisions[metric].reasons.join()).toMatch(/tokens/u);
  },
);

test('a good certificate verifies under ci and release, and not with a measurement or a contract altered', async () => {
  const { certificate, file } = await proven('gpt2', 'int8', { tiersFile: false });
  expect(runCli(['verify', '--profile', 'ci', file]).code).toBe(0);
  expect(runCli(['verify', '--profile', 'release', file]).code).toBe(0);
  const family = Object.keys(certificate.rmt.edge_risk_by_family)[0];
  const changes: Record<string, Changes> = {
    'a singular value': { '/spectral/weights/0/sigma': 9 },
    'a distance': { '/spectral/weights/4/distance': 0.9 },
    'an edge risk': { [`/rmt/edge_risk_by_family/${family}`]: 0.001 },
    'no contract of spectral': { '/spectral/measurement_contract': undefined },
    'no contract of rmt': { '/rmt/measurement_contract': undefined },
    'a verdict': { '/invariants/passed': null },
  };
  for (const [what, change] of Object.entries(changes)) {
    const forged = path.join(folder, 'forged.json');
    writeFileSync(forged, forge(certificate as Certificate, change));
    for (const profile of ['ci', 'release'] as const)
      expect([
        what,
        profile,
        verifyCertificate(readFileSync(forged, 'utf8'), { profile }).exitCode === 0,
      ]).toEqual([what, profile, false]);
  }
  expect(runCli(['verify', '--profile', 'ci', path.join(folder, 'forged.json')]).code).not.toBe(0);
});

import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { readJson } from '../core/json-reader.ts';
import { writeJson } from '../core/json-writer.ts';
import { gateLimits } from '../policy/limits.ts';
import { type TierPolicy, tierNamed, tierPolicies } from '../policy/tiers.ts';
import type { RunReport } from '../report/run-report.ts';
import { validateReport } from '../report/validate-report.ts';
import { worstWindowsExtract } from '../report/worst-windows.ts';
import {
  artifactsBlock,
  baselineReference,
  editBlock,
  metaBlock,
  structureBlock,
  telemetryBlock,
} from './blocks/arm-blocks.ts';
import { datasetBlock, examplesAvailable } from './blocks/dataset-block.ts';
import { type CertificateGuards, guardBlocks } from './blocks/guard-blocks.ts';
import { metricsBlock } from './blocks/metrics-block.ts';
import { noiseFloorBlock } from './blocks/noise-floor-block.ts';
import { autoBlock, policyBlocks } from './blocks/policy-blocks.ts';
import { confidenceBlock, primaryMetricBlock } from './blocks/primary-metric-block.ts';
import { provenanceBlock } from './blocks/provenance-block.ts';
import { systemOverhead } from './blocks/system-overhead.ts';
import { certificateWindows, identifiedLosses } from './blocks/windows-block.ts';
import type { Certificate } from './certificate-types.ts';
import { type Evidence, evaluateEvidence, gateDecisions, validationFlags } from './evaluate-evidence.ts';
import { exampleFindings, recordedOutcomes } from './example-pairing.ts';
import { guardFacts } from './guard-facts.ts';
import { certificateIntegrity } from './integrity.ts';
import { withMeasurementContracts } from './measurement-contracts.ts';
import { metricFindings, pairingFindings } from './pairing-contract.ts';
import { reportBands } from './report-bands.ts';
import { reportPolicy } from './report-policy.ts';

export interface CertificateInputs {
  readonly subject: RunReport;
  readonly baseline: RunReport;
  readonly generatedAt: Date;
  /** Versions and platform of the machine that writes the certificate. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly toolVersion: string;
  /** Default: what the subject's report records, else the built-in policy of its tier. */
  readonly policy?: TierPolicy;
  /** Names of the configuration values that override the tier. */
  readonly policyOverrides?: readonly string[];
  readonly subjectReportPath?: string;
  readonly baselineReportPath?: string;
  /** INVARLOCK_TINY_RELAX is on; honoured under dev only, and always recorded. */
  readonly tinyRelax?: boolean;
}

/** What the blocks are made from. */
export interface BlockInputs extends CertificateInputs {
  readonly evidence: Evidence;
  readonly guards: CertificateGuards;
  readonly policy: TierPolicy;
  readonly tier: keyof typeof tierPolicies;
  readonly policyOverrides: readonly string[];
}

/**
 * Builds the certificate of a subject against its baseline, once (spec 04 §2, CQ-34). The value is undefined when the
 * reports cannot be certified; the findings say why. A failed gate is not a finding: it is in the certificate.
 *
 * @example buildCertificate({ subject, baseline, generatedAt: clock.now(), environment: {}, toolVersion }).value?.validation
 */
export function buildCertificate(inputs: CertificateInputs): Checked<Certificate> {
  const findings: Finding[] = [
    ...validateReport(inputs.subject).findings,
    ...validateReport(inputs.baseline).findings,
  ];
  if (hasErrors(findings)) return { value: undefined, findings };
  findings.push(...supportedFindings(inputs));
  if (hasErrors(findings)) return { value: undefined, findings };
  findings.push(...pairingFindings(inputs.subject, inputs.baseline));
  findings.push(...exampleFindings(inputs.subject, inputs.baseline));
  if (hasErrors(findings)) return { value: undefined, findings };
  const tier = tierNamed(inputs.subject.meta.auto.tier) ?? 'balanced';
  const recorded = reportPolicy(inputs.subject);
  const policy = withMeasurementContracts(inputs.policy ?? recorded?.policy ?? tierPolicies[tier]);
  const tinyRelax = isRelaxed(inputs);
  const guards = guardBlocks({ ...inputs, tier });
  const evidence = evidenceOf({ ...inputs, tinyRelax }, guards, policy, tier);
  findings.push(...metricFindings(inputs.subject, evidence));
  const policyOverrides = inputs.policyOverrides ?? recorded?.overrides ?? [];
  return {
    value: seal(assemble({ ...inputs, tinyRelax, evidence, guards, policy, tier, policyOverrides })),
    findings,
  };
}

/** Only dev honours the switch (decisions: INVARLOCK_TINY_RELAX). */
function isRelaxed({ tinyRelax, subject }: CertificateInputs): boolean {
  return tinyRelax === true && subject.context.profile.trim().toLowerCase() === 'dev';
}

const UNSUPPORTED = 'is not certified in this version: perplexity kinds and accuracy are.';

function supportedFindings({ subject, baseline }: CertificateInputs): Finding[] {
  const { kind } = subject.metrics.primary_metric;
  const pointer = '/metrics/primary_metric/kind';
  if (!kind.startsWith('ppl_') && kind !== 'accuracy') {
    return [
      { code: 'V530', severity: 'error', pointer, message: `The metric kind "${kind}" ${UNSUPPORTED}` },
    ];
  }
  if (typeof subject.meta.auto?.tier !== 'string') {
    const message = 'The report of the subject names no tier, so there are no limits to certify it by.';
    return [{ code: 'V530', severity: 'error', pointer: '/meta/auto/tier', message }];
  }
  const windowless = Object.entries({ subject, baseline }).find(([, run]) => !hasWindows(run));
  if (windowless) {
    const message = `The report of the ${windowless[0]} holds no losses of windows, so nothing can be compared.`;
    return [{ code: 'V530', severity: 'error', pointer: '/evaluation_windows', message }];
  }
  const unanswered = Object.entries({ subject, baseline }).find(([, run]) => !hasAnswers(run));
  if (kind === 'accuracy' && unanswered) {
    const message = `The report of the ${unanswered[0]} does not hold what was answered example by example, so its accuracy was not measured by this tool.`;
    return [{ code: 'V530', severity: 'error', pointer: '/evaluation_windows', message }];
  }
  if (kind === baseline.metrics.primary_metric.kind) return [];
  const message = `The subject has the metric kind "${kind}", the baseline "${baseline.metrics.primary_metric.kind}".`;
  return [{ code: 'V530', severity: 'error', pointer, message }];
}

/** Reports of other tools may lack their windows. */
function hasWindows({ evaluation_windows: windows }: RunReport): boolean {
  return [windows?.preview, windows?.final].every((arm) => Array.isArray(arm?.logloss));
}

/** The Python tool's accuracies are made up (spec 02 EQ-02): nothing in its reports says what a model answered. */
function hasAnswers({ evaluation_windows: windows }: RunReport): boolean {
  return [windows.preview, windows.final].every(
    ({ examples, window_ids: ids }) => examples?.length === ids.length,
  );
}

function evidenceOf(
  { subject, baseline, tinyRelax }: CertificateInputs,
  guards: CertificateGuards,
  policy: TierPolicy,
  tier: BlockInputs['tier'],
): Evidence {
  const { metrics, meta, data, evaluation_windows: windows } = subject;
  const { coverage } = metrics.bootstrap;
  const available = (metrics.window_capacity ?? data.window_capacity)?.total_tokens;
  return evaluateEvidence({
    kind: metrics.primary_metric.kind,
    preview: identifiedLosses(windows.preview),
    final: identifiedLosses(windows.final),
    baselineFinal: identifiedLosses(baseline.evaluation_windows.final),
    bootstrap: metrics.bootstrap,
    limits: gateLimits({
      tier,
      metrics: policy.metrics,
      targetPmRatio: meta.auto.target_pm_ratio,
      ...reportBands(subject),
      tinyRelax: tinyRelax ?? false,
    }),
    metrics: policy.metrics,
    tokensAvailable: typeof available === 'number' ? available : undefined,
    coverageOk: coverage?.preview.ok === true && coverage.final.ok,
    guards: guardFacts(guards, subject.context.profile),
    outcomes: {
      preview: recordedOutcomes(windows.preview) ?? [],
      final: recordedOutcomes(windows.final) ?? [],
      baselineFinal: recordedOutcomes(baseline.evaluation_windows.final) ?? [],
    },
    examplesAvailable: examplesAvailable(metrics.window_capacity ?? data.window_capacity),
  });
}

function assemble(inputs: BlockInputs): Omit<Certificate, 'integrity'> {
  const { subject, evidence } = inputs;
  const overhead = systemOverhead(inputs);
  return {
    schema_version: 'v1',
    ...metaBlock(inputs),
    auto: autoBlock(inputs),
    dataset: datasetBlock(inputs),
    edit: editBlock(inputs),
    edit_name: subject.edit.name,
    telemetry: telemetryBlock(inputs),
    baseline_ref: baselineReference(inputs),
    ...inputs.guards,
    structure: structureBlock(inputs),
    ...policyBlocks(inputs),
    provenance: provenanceBlock(inputs),
    plugins: {},
    artifacts: artifactsBlock(inputs),
    gate_decisions: gateDecisions(evidence.gates),
    validation: validationFlags(evidence.gates),
    primary_metric: primaryMetricBlock(inputs),
    ...metricsBlock(inputs),
    primary_metric_tail: { ...evidence.tail },
    confidence: confidenceBlock(evidence.confidence),
    evaluation_windows: certificateWindows(inputs),
    ...(subject.worst_windows ? { worst_windows: worstWindowsExtract(subject.worst_windows) } : {}),
    ...(subject.noise_floor ? { noise_floor: noiseFloorBlock(subject.noise_floor, evidence.gates) } : {}),
    ...(overhead ? { system_overhead: overhead } : {}),
  };
}

/** Adds the digest. It is taken over the text that will be written, so that whoever reads the file gets the same. */
function seal(certificate: Omit<Certificate, 'integrity'>): Certificate | undefined {
  const root = readJson(writeJson(certificate)).value;
  return root && { ...certificate, integrity: certificateIntegrity(root) };
}

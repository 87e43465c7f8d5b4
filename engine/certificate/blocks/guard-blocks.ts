import { isObject, type JsonObject, listAt, objectAt, textAt, valueAt } from '../../core/json-access.ts';
import { type GuardBlockInputs, guardEntry } from '../../guards/blocks/guard-entry.ts';
import { rmtBlock } from '../../guards/blocks/rmt-block.ts';
import { spectralBlock } from '../../guards/blocks/spectral-block.ts';
import { varianceBlock } from '../../guards/blocks/variance-block.ts';
import { invariantsBlock } from '../../guards/invariants/invariants-block.ts';
import type { GuardOutcome } from '../../guards/run/guard.ts';
import type { TierName } from '../../policy/tiers.ts';
import type { RunReport } from '../../report/run-report.ts';

export interface CertificateGuards {
  readonly invariants: JsonObject;
  readonly spectral: JsonObject;
  readonly rmt: JsonObject;
  readonly variance: JsonObject;
  readonly guard_overhead: JsonObject;
}

interface Reports {
  readonly subject: RunReport;
  readonly baseline: RunReport;
  readonly tier: TierName;
}

/**
 * The blocks about guards from the entries of both reports. Every block says by itself whether the guard judged
 * (`evaluated`) and how (`passed`, null without a judgement), and gates and flags follow from that alone.
 */
export function guardBlocks(reports: Reports): CertificateGuards {
  return {
    invariants: judgedBlock(reports.subject, 'invariants', () => invariants(reports.subject)),
    spectral: judgedBlock(reports.subject, 'spectral', (entry) =>
      spectral({ tier: reports.tier, entry, baseline: baselineMetrics(reports, entry, 'spectral') }),
    ),
    rmt: judgedBlock(reports.subject, 'rmt', (entry) => ({
      ...rmtBlock({ tier: reports.tier, entry, baseline: baselineMetrics(reports, entry, 'rmt') }),
      violations: listAt(entry, 'violations') ?? [],
    })),
    variance: judgedBlock(reports.subject, 'variance', (entry) => ({
      ...varianceBlock(entry),
      status: textAt(entry, 'status'),
    })),
    guard_overhead: objectAt(reports.subject, 'guard_overhead') ?? unmeasuredOverhead,
  };
}

const unmeasuredOverhead = {
  evaluated: false,
  status: 'not_evaluated',
  reason: 'No guard looked at activations, so what their probes change was not measured.',
};

/** A guard that did not judge has a reason, and nothing else that could be read as a result. */
function judgedBlock(report: RunReport, name: string, block: (entry: JsonObject) => JsonObject): JsonObject {
  const entry = guardEntry(report, name);
  const status = textAt(entry, 'status');
  const passed = valueAt(entry, 'passed');
  if (entry && typeof passed === 'boolean') {
    const warnings = listAt(entry, 'warnings') ?? [];
    return { ...block(entry), evaluated: true, passed, ...(warnings.length > 0 ? { warnings } : {}) };
  }
  const reason =
    textAt(entry, 'reason') ??
    (entry ? 'The report does not say how this guard ended.' : 'This guard was not among those of the run.');
  // What a model has nothing for was looked at, and found not to apply.
  const isNotApplicable = status === 'not_applicable';
  return {
    evaluated: isNotApplicable,
    passed: null,
    status: isNotApplicable ? 'not_applicable' : 'not_evaluated',
    reason,
  };
}

/** Both passes: what the first found, and what only the second did (spec 03 Q19). */
function invariants(subject: RunReport): JsonObject {
  const passes = ['invariants', 'invariants_post'].flatMap((name) => {
    const entry = guardEntry(subject, name);
    // The guard compared both models itself; the reports' snapshots would only repeat it.
    return entry ? [invariantsBlock({ guards: [{ ...entry, name: 'invariants' }] }, undefined)] : [];
  });
  const [pre, post = pre] = passes;
  if (!pre || !post) return {};
  const known = new Set(pre.failures.map((failure) => JSON.stringify(failure)));
  const failures = [
    ...pre.failures,
    ...post.failures.filter((failure) => !known.has(JSON.stringify(failure))),
  ];
  const { summary, details } = post;
  return {
    pre: pre.status,
    post: post.status,
    status: graver(pre.status, post.status),
    summary,
    details,
    failures,
  };
}

function graver(left: string, right: string): string {
  return ['fail', 'warn'].find((status) => status === left || status === right) ?? 'pass';
}

const mostShown = 5;

/** What follows from a guard's outcome alone; `verify` builds it again. */
export function spectralResult(tier: TierName, outcome: GuardOutcome): JsonObject {
  const passed = outcome.status === 'passed';
  return { ...spectral({ tier, entry: { ...outcome, passed } }), passed };
}

function spectral(inputs: GuardBlockInputs & { readonly entry: JsonObject }): JsonObject {
  const { entry } = inputs;
  const block = spectralBlock(inputs);
  const violations = (listAt(entry, 'violations') ?? []).filter(isObject);
  return {
    ...block,
    status: entry.passed === true ? 'stable' : 'unstable',
    // With what they are about in words, which the reference's short form leaves out.
    top_violations: violations.slice(0, mostShown),
    violations_found: violations.length,
    paired: objectAt(entry, 'metrics', 'paired') ?? {},
    attribution: objectAt(entry, 'details', 'attribution') ?? {},
    weights: listAt(entry, 'details', 'weights') ?? [],
  };
}

/** The baseline's own report says how it was measured; one that was made without guards leaves it to the subject's. */
function baselineMetrics({ baseline }: Reports, entry: JsonObject, name: string): JsonObject {
  const recorded = objectAt(guardEntry(baseline, name), 'metrics');
  if (recorded && 'measurement_contract' in recorded) return recorded;
  const contract = objectAt(entry, 'baseline_measurement_contract');
  return contract ? { measurement_contract: contract } : {};
}

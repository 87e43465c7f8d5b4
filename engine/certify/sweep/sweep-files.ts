import { type EdgeRiskBand, summarizeEdgeRisks } from '../../calibrate/edge-risk-band.ts';
import { type NullSweepSummary, summarizeNullSweep } from '../../calibrate/null-sweep.ts';
import { csvText, nullRow, varianceRow } from '../../calibrate/sweep-rows.ts';
import { tiersFileText } from '../../calibrate/tiers-file-text.ts';
import { summarizeVarianceSweep, type VarianceSweepSummary } from '../../calibrate/variance-sweep.ts';
import { writeJson } from '../../core/json-writer.ts';
import { variancePolicy } from '../../guards/variance/variance-policy.ts';
import type { TierName } from '../../policy/tiers.ts';
import type { SweptRun } from './run-sweep.ts';
import { nullMarkdown, varianceMarkdown } from './sweep-markdown.ts';

/** How a sweep was made, for its report. */
export interface SweepFacts {
  readonly generatedAt: Date;
  readonly baseConfig: string;
  readonly profile: string;
  readonly safetyMargin: number;
  /** Share of runs that may warn (null sweep) or in which the guard may act (variance sweep). */
  readonly targetRate: number;
}

export type NullSummary = NullSweepSummary & { readonly edge_risks: EdgeRiskBand };

export interface PowerPoint {
  readonly tier: string;
  readonly windows: number;
  readonly runs: number;
  readonly mean_ci_width: number | null;
  readonly min_effect_lognll: number;
  readonly expected_enable_rate: number;
}

/** The files of a null sweep, and what it recommends (spec 01 §3.7, spec 03 §8). */
export function nullSweepFiles(swept: readonly SweptRun[], facts: SweepFacts) {
  const { safetyMargin, targetRate: targetWarningRate } = facts;
  const summaries: readonly NullSummary[] = byTier(swept).map(([tier, runs]) => {
    const reports = runs.map(({ report }) => report);
    return {
      ...summarizeNullSweep(reports, { tier, safetyMargin, targetWarningRate }),
      edge_risks: summarizeEdgeRisks(reports, safetyMargin),
    };
  });
  const rows = swept.map(({ run, report }) => nullRow(run, report));
  const patch = tiersFileText(provenance('null-sweep', swept, facts), summaries.map(nullPatch));
  return {
    'null_sweep_report.json': reportText('spectral_null_sweep', swept, facts, {
      summaries: named(summaries),
    }),
    'null_sweep_runs.csv': csvText(rows),
    'null_sweep_summary.md': nullMarkdown(summaries),
    'tiers_patch_spectral_null.yaml': patch,
  };
}

/** The files of a variance sweep. */
export function varianceSweepFiles(swept: readonly SweptRun[], facts: SweepFacts) {
  const { safetyMargin, targetRate } = facts;
  const summarize = (tier: TierName, runs: readonly SweptRun[]) => {
    const policy = variancePolicy(runs[0]?.plan.settings.policy.variance ?? {}).value;
    const oneSided = policy?.predictive_one_sided ?? false;
    const reports = runs.map(({ report }) => report);
    return summarizeVarianceSweep(reports, { tier, oneSided, safetyMargin, targetRate });
  };
  const summaries: readonly VarianceSweepSummary[] = byTier(swept).map(([tier, runs]) =>
    summarize(tier, runs),
  );
  const curve: readonly PowerPoint[] = byTier(swept).flatMap(([tier, runs]) =>
    [...Map.groupBy(runs, ({ run }) => run.windows ?? 0)].map(([windows, some]) => {
      const { observed, recommendations } = summarize(tier, some);
      const { mean_ci_width } = observed;
      return { tier, windows, runs: some.length, mean_ci_width, ...recommendations };
    }),
  );
  const patches = summaries.map(({ tier, recommendations: { min_effect_lognll } }) => ({
    tier,
    // No run was sure of a gain: that says nothing about a limit, and the tier keeps its own.
    sections: min_effect_lognll > 0 ? { variance_guard: { min_effect_lognll } } : {},
  }));
  return {
    've_sweep_report.json': reportText('variance_ve_sweep', swept, facts, {
      summaries: named(summaries),
      power_curve: curve,
    }),
    've_sweep_runs.csv': csvText(swept.map(({ run, report }) => varianceRow(run, report))),
    've_power_curve.csv': csvText(curve.map((point) => ({ ...point }))),
    've_sweep_summary.md': varianceMarkdown(summaries, curve),
    'tiers_patch_variance_ve.yaml': tiersFileText(provenance('ve-sweep', swept, facts), patches),
  };
}

/** Families in which no z-score was above zero, or no risk rose, keep the limit that the tier gives them. */
function nullPatch({ tier, recommendations, edge_risks }: NullSummary) {
  const caps = Object.entries(recommendations.family_caps).filter(([, kappa]) => kappa > 0);
  const bands = edge_risks.epsilon_by_family;
  return {
    tier,
    sections: {
      spectral_guard: {
        ...(caps.length === 0
          ? {}
          : { family_caps: Object.fromEntries(caps.map(([family, kappa]) => [family, { kappa }])) }),
        multiple_testing: recommendations.multiple_testing,
      },
      ...(Object.keys(bands).length === 0 ? {} : { rmt_guard: { epsilon_by_family: bands } }),
    },
  };
}

function reportText(kind: string, swept: readonly SweptRun[], facts: SweepFacts, results: object): string {
  return writeJson({
    kind,
    generated_at: facts.generatedAt.toISOString(),
    config: {
      base_config: facts.baseConfig,
      profile: facts.profile,
      tiers: byTier(swept).map(([tier]) => tier),
      seeds: [...new Set(swept.map(({ run }) => run.seed))],
      windows: distinct(swept.map(({ run }) => run.windows).filter((count) => count !== undefined)),
      safety_margin: facts.safetyMargin,
      target_rate: facts.targetRate,
      n_runs: swept.length,
    },
    models: modelsOf(swept),
    ...results,
  });
}

function provenance(command: string, swept: readonly SweptRun[], facts: SweepFacts): readonly string[] {
  return [
    `Recommended by \`invarlock calibrate ${command}\`: name this file as auto.tiers_file. docs/guards.md says how it is measured.`,
    `Profile ${facts.profile}, ${swept.length} runs, seeds ${distinct(swept.map(({ run }) => run.seed)).join(', ')}, margin ${facts.safetyMargin}, target rate ${facts.targetRate}.`,
    ...modelsOf(swept).flatMap(({ baseline, subject }) => [
      `baseline ${baseline.id} sha256:${baseline.sha256}`,
      `subject ${subject.id}${'edit' in subject ? `, ${subject.edit}` : ''} sha256:${subject.sha256}`,
    ]),
  ];
}

function modelsOf(swept: readonly SweptRun[]) {
  const facts = ({ modelId, identity }: SweptRun['subject']) => ({ id: modelId, sha256: identity.sha256 });
  const pairs = swept.map(({ plan, subject }) => ({
    baseline: facts(plan.baseline),
    subject: { ...facts(subject), ...(plan.edit ? { edit: plan.edit.plan.name } : {}) },
  }));
  return [...new Map(pairs.map((pair) => [`${pair.baseline.sha256} ${pair.subject.sha256}`, pair])).values()];
}

function byTier(swept: readonly SweptRun[]): readonly (readonly [TierName, readonly SweptRun[]])[] {
  return [...Map.groupBy(swept, ({ run }) => run.tier)];
}

function named<T extends { readonly tier: string }>(summaries: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(summaries.map((summary) => [summary.tier, summary]));
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)];
}

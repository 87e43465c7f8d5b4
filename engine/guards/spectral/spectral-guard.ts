import { mean } from '../../numerics/numpy-reduce.ts';
import type { EstimatorSettings } from '../common/estimator-settings.ts';
import {
  type FamilyStatistics,
  type FamilySummary,
  familyQuantiles,
  familyStatistics,
  farthestModules,
  type ModuleNumbers,
  summarizeFamilies,
  targetSigma,
  zScore,
} from './family-statistics.ts';
import { findViolations } from './find-violations.ts';
import type { Degeneracy, WeightMeasurement } from './measure-weight.ts';
import { type Selected, selectBudgeted, type TestingRecord } from './select-budgeted.ts';
import { inSpectralScope, spectralFamily } from './spectral-families.ts';
import {
  type DegeneracySettings,
  effectiveCaps,
  type FamilyCaps,
  type SpectralPolicy,
  testingOf,
} from './spectral-policy.ts';
import type { SpectralViolation } from './spectral-violations.ts';

/** What the guard keeps of the baseline checkpoint (spec 03 §3.4). */
export interface SpectralBaseline {
  readonly sigmas: ModuleNumbers;
  readonly families: Readonly<Record<string, string>>;
  readonly statistics: Readonly<Record<string, Partial<FamilyStatistics>>>;
  readonly targetSigma: number;
  readonly degeneracy: Readonly<Record<string, Degeneracy>>;
}

/** The guard's entry in a report. */
export interface SpectralOutcome {
  readonly passed: boolean;
  readonly action: 'continue' | 'warn' | 'abort';
  readonly metrics: SpectralMetrics;
  readonly violations: readonly (SpectralViolation | Selected<SpectralViolation>)[];
  readonly policy: SpectralPolicy;
  readonly final_z_scores: ModuleNumbers;
  readonly module_family_map: Readonly<Record<string, string>>;
}

/** Spec 03 §3.8. */
interface SpectralMetrics {
  readonly modules_checked: number;
  readonly violations_found: number;
  readonly budgeted_violations: number;
  readonly candidate_budgeted_violations: number;
  readonly fatal_violations: number;
  readonly max_spectral_norm: number;
  readonly mean_spectral_norm: number;
  readonly stability_score: number;
  readonly family_z_summary: Readonly<Record<string, FamilySummary>>;
  readonly family_z_quantiles?: ReturnType<typeof familyQuantiles>;
  readonly top_z_scores?: ReturnType<typeof farthestModules>;
  readonly family_caps: FamilyCaps;
  readonly sigma_quantile: number;
  readonly deadband: number;
  readonly max_caps: number;
  readonly caps_applied: number;
  readonly caps_exceeded: boolean;
  readonly multiple_testing: Readonly<Record<string, unknown>>;
  readonly multiple_testing_selection: TestingRecord;
  readonly measurement_contract: SpectralContract;
}

export interface SpectralContract {
  readonly estimator: EstimatorSettings;
  readonly degeneracy: DegeneracySettings;
}

export interface SpectralOptions {
  /** The reference's rules for families, scopes and missing caps. */
  readonly reference?: boolean;
}

/** Measurements of the modules in scope, in the order of the model. */
export function prepareSpectral(
  measurements: readonly WeightMeasurement[],
  policy: SpectralPolicy,
  { reference = false, statistics }: SpectralOptions & Pick<Partial<SpectralBaseline>, 'statistics'> = {},
): SpectralBaseline {
  const inScope = scopeOf(policy, reference);
  const measured = measurements.filter(inScope('measure'));
  const sigmas = Object.fromEntries(measured.map(({ path, sigma }) => [path, sigma]));
  const families = Object.fromEntries(
    measured.map(({ path, className, family }) => [
      path,
      family ?? spectralFamily(path, className, { reference }),
    ]),
  );
  const degeneracy = measured
    .filter(inScope('check'))
    .flatMap((one) => (policy.degeneracy.enabled && one.degeneracy ? [[one.path, one.degeneracy]] : []));
  return {
    sigmas,
    families,
    statistics: statistics ?? familyStatistics(sigmas, families),
    targetSigma: targetSigma(sigmas, policy.sigma_quantile),
    degeneracy: Object.fromEntries(degeneracy),
  };
}

/**
 * Compares the subject's weights with the baseline's (spec 03 §3.6 to §3.8). Modules pair by exact path.
 *
 * @example judgeSpectral(prepareSpectral(ofBaseline, policy), ofSubject, policy).passed
 */
export function judgeSpectral(
  baseline: SpectralBaseline,
  subject: readonly WeightMeasurement[],
  policy: SpectralPolicy,
  { reference = false }: SpectralOptions = {},
): SpectralOutcome {
  const inScope = scopeOf(policy, reference);
  const measured = subject.filter(inScope('measure'));
  const withFamily = subject.map((one) => ({
    ...one,
    family:
      baseline.families[one.path] ?? one.family ?? spectralFamily(one.path, one.className, { reference }),
  }));
  const checked = withFamily.filter(inScope('check')).map((one) => {
    const own = baseline.sigmas[one.path] ?? baseline.targetSigma;
    return { ...one, z: zScore(one.sigma, baseline.statistics[one.family] ?? {}, own, policy.deadband) };
  });
  const seen = withFamily.filter((one) => inScope('measure')(one) || inScope('check')(one));
  const families = Object.fromEntries(seen.map(({ path, family }) => [path, family]));
  const zScores = Object.fromEntries(checked.map(({ path, z }) => [path, z]));
  const caps = effectiveCaps(policy, Object.values(families), { reference });
  const found = findViolations(checked, baseline, { policy, caps, reference });
  const fatal = found.filter(({ severity }) => severity === 'fatal');
  const budgeted = found.filter(({ severity }) => severity === 'budgeted');
  const { violations: tested, record } = selectBudgeted(budgeted, testingOf(policy));
  const selected = tested.filter(({ selected: isSelected }) => isSelected);
  const exceeded = selected.length > policy.max_caps;
  const passed = fatal.length === 0 && !exceeded;
  const sigmas = measured.map(({ sigma }) => sigma);
  const recorded = { ...policy.multiple_testing, m: policy.multiple_testing.m ?? record.m };
  return {
    passed,
    action: passed ? (selected.length > 0 ? 'warn' : 'continue') : 'abort',
    metrics: {
      modules_checked: measured.length,
      violations_found: fatal.length + selected.length,
      budgeted_violations: selected.length,
      candidate_budgeted_violations: budgeted.length,
      fatal_violations: fatal.length,
      max_spectral_norm: sigmas.length === 0 ? 0 : Math.max(...sigmas),
      mean_spectral_norm: sigmas.length === 0 ? 0 : mean(sigmas),
      stability_score: 1 - Math.min(found.length / Math.max(measured.length, 1), 1),
      family_z_summary: summarizeFamilies(zScores, families, caps),
      ...(checked.length === 0
        ? {}
        : {
            family_z_quantiles: familyQuantiles(zScores, families),
            top_z_scores: farthestModules(zScores, families),
          }),
      family_caps: caps,
      sigma_quantile: policy.sigma_quantile,
      deadband: policy.deadband,
      max_caps: policy.max_caps,
      caps_applied: selected.length,
      caps_exceeded: exceeded,
      multiple_testing: recorded,
      multiple_testing_selection: record,
      measurement_contract: spectralContract(policy),
    },
    violations: [...fatal, ...selected],
    policy: { ...policy, family_caps: caps, multiple_testing: recorded },
    final_z_scores: zScores,
    module_family_map: families,
  };
}

function scopeOf({ scope }: SpectralPolicy, reference: boolean) {
  return (step: 'measure' | 'check') =>
    ({ path, className, family }: WeightMeasurement) =>
      inSpectralScope(scope, path, className, { reference, step, family });
}

export function spectralContract({ estimator, degeneracy }: SpectralPolicy): SpectralContract {
  return { estimator, degeneracy };
}

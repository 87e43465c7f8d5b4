import { captureChecks, type InvariantChecks } from './capture-checks.ts';
import { compareChecks, type InvariantSeverity, type InvariantViolation } from './compare-checks.ts';
import { compareSettings } from './compare-settings.ts';
import { compareTensors } from './compare-tensors.ts';
import type { ModelStructure } from './model-structure.ts';

/** The guard's entry in a report. */
export interface InvariantsOutcome {
  readonly passed: boolean;
  readonly action: 'none' | 'warn' | 'rollback' | 'abort';
  readonly violations: readonly InvariantViolation[];
  readonly metrics: InvariantsMetrics;
  readonly details: { readonly baseline_checks: InvariantChecks; readonly current_checks: InvariantChecks };
}

interface InvariantsMetrics {
  readonly checks_performed: number;
  readonly violations_found: number;
  readonly fatal_violations: number;
  readonly warning_violations: number;
  readonly non_finite_found?: number;
  readonly layer_norm_missing?: unknown;
  readonly tokenizer_mismatches?: readonly unknown[];
}

export interface InvariantsPolicy {
  readonly strict_mode: boolean;
  readonly on_fail: string;
  readonly profile_checks: readonly string[];
}

export interface InvariantsOptions {
  readonly reference?: boolean;
  /** What else was found in the subject. */
  readonly further?: readonly InvariantViolation[];
}

/**
 * What must be the same in both checkpoints, and what no weight may be (spec 03 §2). By default, tensors are compared one
 * by one, and a head that is tied or untied is fatal (Q20).
 *
 * @example judgeInvariants(structureOfBaseline, structureOfSubject, policy).violations
 */
export function judgeInvariants(
  baseline: ModelStructure,
  subject: ModelStructure,
  policy: InvariantsPolicy,
  { reference = false, further = [] }: InvariantsOptions = {},
): InvariantsOutcome {
  const before = captureChecks(baseline, policy.profile_checks, { reference });
  const after = captureChecks(subject, policy.profile_checks, { reference });
  const severityOf = (check: string): InvariantSeverity =>
    policy.strict_mode || (!reference && check.startsWith('weight_tying')) ? 'fatal' : 'warning';
  const found = [
    ...nonFinite(subject),
    ...further,
    ...compareChecks(before, after, severityOf),
    ...(reference ? [] : [...compareTensors(baseline, subject), ...compareSettings(baseline, subject)]),
  ];
  const fatal = found.filter(({ severity }) => severity === 'fatal');
  const warnings = found.filter(({ severity }) => severity === 'warning');
  return {
    ...decide(fatal.length, warnings.length, policy.on_fail),
    violations: [...fatal, ...warnings],
    metrics: {
      checks_performed: Object.keys(before).length,
      violations_found: found.length,
      fatal_violations: fatal.length,
      warning_violations: warnings.length,
      ...particulars(found),
    },
    details: { baseline_checks: before, current_checks: after },
  };
}

function decide(fatal: number, warnings: number, onFail: string) {
  const stop = onFail === 'abort' || onFail === 'rollback' ? onFail : undefined;
  if (fatal > 0) return { passed: false, action: stop ?? 'abort' } as const;
  if (warnings === 0) return { passed: true, action: 'none' } as const;
  return stop ? ({ passed: false, action: stop } as const) : ({ passed: true, action: 'warn' } as const);
}

/** Tensors that share storage are named once, by the first name. */
function nonFinite({ parameters, buffers }: ModelStructure): InvariantViolation[] {
  const seen = new Set<string | number>();
  const locations: string[] = [];
  for (const { name, storage, finite } of parameters) {
    if (!finite && !seen.has(storage)) locations.push(`parameter::${name}`);
    seen.add(storage);
  }
  for (const { name, finite } of buffers) if (!finite) locations.push(`buffer::${name}`);
  if (locations.length === 0) return [];
  const message = `Values that are no finite numbers: ${locations.join(', ')}.`;
  return [{ type: 'non_finite_tensor', locations, severity: 'fatal', message }];
}

function particulars(found: readonly InvariantViolation[]): Partial<InvariantsMetrics> {
  const broken = found.find(({ type }) => type === 'non_finite_tensor')?.locations;
  const norms = found.find(({ type }) => type === 'layer_norm_missing')?.missing;
  const mismatches = found
    .filter(({ type }) => type === 'tokenizer_mismatch')
    .map(({ module, baseline, current }) => ({ module, baseline, current }));
  return {
    ...(Array.isArray(broken) ? { non_finite_found: broken.length } : {}),
    ...(norms === undefined ? {} : { layer_norm_missing: norms }),
    ...(mismatches.length === 0 ? {} : { tokenizer_mismatches: mismatches }),
  };
}

import { recordedMetricsPolicy, recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { isObject, listAt, numberAt, objectAt, valueAt } from '../../core/json-access.ts';
import { tierPolicies } from '../../policy/tiers.ts';
import { type CheckContext, found } from '../check-context.ts';
import { isOurs } from '../is-ours.ts';

/**
 * Every value of the resolved policy against the tier that the certificate names (spec 04 CQ-07). One that differs must
 * be named as an override, and is shown even then: whoever accepts the certificate accepts the looser limit with it.
 */
export function checkLimits(context: CheckContext): readonly Finding[] {
  const tier = recordedTier(context.certificate);
  const names = new Set((listAt(context.certificate, 'policy_provenance', 'overrides') ?? []).filter(isText));
  return [
    ...deviations(context).map((deviation) => deviationFinding(context, tier, deviation, names)),
    ...rangeFindings(context),
  ];
}

interface Deviation {
  /** As overrides are named: `metrics.pm_ratio.min_tokens`, `guards.spectral.max_caps`. */
  readonly name: string;
  readonly pointer: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const GUARDS = ['invariants', 'spectral', 'rmt', 'variance'] as const;

function deviations({ certificate }: CheckContext): readonly Deviation[] {
  const packaged = tierPolicies[recordedTier(certificate)];
  const resolved = objectAt(certificate, 'resolved_policy');
  const at = '/resolved_policy';
  if (!isOurs(certificate)) {
    // The reference's guard sections hold more than the tier gives, so only what the gates use is compared.
    if (!objectAt(resolved, 'metrics')) return [];
    const metrics = recordedMetricsPolicy(certificate);
    return [...differences(packaged.metrics, metrics, 'metrics', `${at}/metrics`)];
  }
  return [
    ...differences(packaged.metrics, valueAt(resolved, 'metrics'), 'metrics', `${at}/metrics`),
    ...GUARDS.flatMap((guard) => [
      ...differences(
        packaged[guard],
        withoutContract(valueAt(resolved, guard)),
        `guards.${guard}`,
        `${at}/${guard}`,
      ),
    ]),
  ];
}

/** How a guard measures follows from its settings, and is checked against what it recorded. */
function withoutContract(policy: unknown): unknown {
  if (!isObject(policy)) return policy;
  const { measurement_contract: _, ...settings } = policy;
  return settings;
}

function* differences(
  expected: unknown,
  actual: unknown,
  name: string,
  pointer: string,
): Generator<Deviation> {
  // What no tier has is compared member by member, as overrides are named.
  if ((expected === undefined || isObject(expected)) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected ?? {}), ...Object.keys(actual)]))
      yield* differences(valueAt(expected, key), valueAt(actual, key), `${name}.${key}`, `${pointer}/${key}`);
  } else if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    yield { name, pointer, expected, actual };
  }
}

function deviationFinding(
  { certificate, strict }: CheckContext,
  tier: string,
  { name, pointer, expected, actual }: Deviation,
  overrides: ReadonlySet<string>,
): Finding {
  const difference = `${name} is ${text(actual)}; the ${tier} tier has ${text(expected)}`;
  if (isNamed(name, overrides)) {
    // A guard that did not run decided nothing by its settings.
    const guard = name.startsWith('guards.') ? name.split('.')[1] : undefined;
    const decided = guard === undefined || valueAt(certificate, guard, 'evaluated') === true;
    const message = `An override is in force: ${difference}.`;
    return found('V515', pointer, message, { severity: decided ? 'warning' : 'note', expected, actual });
  }
  const severity = strict || isOurs(certificate) ? 'error' : 'warning';
  return found('V515', pointer, `${difference}, and the certificate names no override of it.`, {
    severity,
    expected,
    actual,
  });
}

/** A cap may be overridden by a number, which the policy holds as `{kappa}`. The reference puts all under `guards`. */
function isNamed(name: string, overrides: ReadonlySet<string>): boolean {
  return [name, name.replace(/\.kappa$/u, ''), `guards.${name}`].some((known) => overrides.has(known));
}

/** A range of the configuration replaces the tier's limit of the ratio, and has no name among the overrides. */
function rangeFindings({ certificate }: CheckContext): Finding[] {
  const max = numberAt(certificate, 'primary_metric', 'acceptance_range', 'max');
  const { ratio_limit_base: limit } = recordedMetricsPolicy(certificate).pm_ratio;
  if (max === undefined || max <= limit) return [];
  const message = `The certificate was decided with the acceptance range's maximum of ${max}; its policy has ${limit}.`;
  return [
    found('V515', '/primary_metric/acceptance_range/max', message, {
      severity: 'warning',
      expected: limit,
      actual: max,
    }),
  ];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}

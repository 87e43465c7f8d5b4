import type { Checked } from '../../core/findings.ts';
import { type JsonObject, objectAt } from '../../core/json-access.ts';
import { finiteNumber } from '../../policy/finite-number.ts';
import { type EstimatorSettings, estimatorSettings } from '../common/estimator-settings.ts';
import { PolicyValues } from '../common/policy-values.ts';
import { epsilonBands } from './epsilon-rule.ts';
import type { WindowSampling } from './sample-windows.ts';

/** The settings of the RMT guard, spelled as reports do. */
export interface RmtPolicy {
  readonly epsilon_default: number;
  readonly epsilon_by_family: Readonly<Record<string, number>>;
  /** Whether activations must be there whatever the profile says (Q6). */
  readonly activation_required: boolean;
  readonly estimator: EstimatorSettings;
  readonly sampling: WindowSampling;
  /** These four belong to the reference's weight analysis, which no run reaches (spec 03 §4). */
  readonly q: unknown;
  readonly deadband: number;
  readonly margin: number;
  readonly correct: boolean;
}

/** A policy from a configuration or a tier; the guard must not run with one that has findings. */
export function rmtPolicy(raw: JsonObject): Checked<RmtPolicy> {
  const values = new PolicyValues('rmt', raw);
  values.rejectKey('epsilon', 'Use epsilon_default and epsilon_by_family.');
  const fallback = values.number('epsilon_default', 0.1, { from: 0 });
  if (raw.q !== 'auto') values.number('q', 1, { from: 0.1, to: 10 });
  const byFamily = values.object('epsilon_by_family') ?? {};
  for (const [family, value] of Object.entries(byFamily)) {
    const epsilon = finiteNumber(value);
    if (epsilon === undefined || epsilon < 0)
      values.refuse(`epsilon_by_family.${family}`, value, 'a number that is not negative');
  }
  const windows = objectAt(values.object('activation'), 'sampling', 'windows');
  const value: RmtPolicy = {
    epsilon_default: fallback,
    epsilon_by_family: epsilonBands(fallback, byFamily).byFamily,
    activation_required: values.truth('activation_required', false),
    estimator: estimatorSettings(values.object('estimator'), 3),
    sampling: {
      count: Math.trunc(finiteNumber(windows?.count) ?? 8),
      indices_policy: String(windows?.indices_policy ?? 'evenly_spaced')
        .trim()
        .toLowerCase(),
    },
    q: raw.q ?? 'auto',
    deadband: values.number('deadband', 0.1, { from: 0, to: 0.5 }),
    margin: values.number('margin', 1.5, { from: 1 }),
    correct: values.truth('correct', true),
  };
  return { value, findings: values.findings };
}

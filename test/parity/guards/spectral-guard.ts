import { isObject } from '../../../engine/core/json-access.ts';
import { asMatrix } from '../../../engine/guards/common/matrix.ts';
import { measureWeight, type WeightMeasurement } from '../../../engine/guards/spectral/measure-weight.ts';
import { inSpectralScope } from '../../../engine/guards/spectral/spectral-families.ts';
import {
  judgeSpectral,
  prepareSpectral,
  type SpectralBaseline,
  spectralContract,
} from '../../../engine/guards/spectral/spectral-guard.ts';
import { type SpectralPolicy, spectralPolicy } from '../../../engine/guards/spectral/spectral-policy.ts';
import { mean } from '../../../engine/numerics/numpy-reduce.ts';
import { revived } from '../evaluation/revived.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { tensorValues } from './golden-tensor.ts';
import { withoutMessages } from './without-messages.ts';

/** Spec 03 §3; σ within 2e-5, z within 2e-3, decisions exactly. */
export const spectralGuard = goldenCases(
  (input, expected) => {
    const raw = revived({ ...input.guard_kwargs, ...input.policy });
    const { value: policy, findings } = spectralPolicy(raw);
    if (!policy || 'raises' in expected) {
      const key = Object.keys(input.policy)[0] ?? '';
      return findings.some(({ pointer }) => pointer === `/guards/spectral/${key}`)
        ? withoutMessages(expected)
        : { findings };
    }
    const before = measured(input.baseline_modules, policy);
    const edited = new Map(input.edited_weights.map(({ name, weight }: Golden) => [name, weight]));
    const after = measured(
      input.baseline_modules.map((module: Golden) => ({
        ...module,
        weight: edited.get(module.name) ?? module.weight,
      })),
      policy,
    );
    const hydrated = isObject(raw.baseline_family_stats)
      ? Object.entries(raw.baseline_family_stats).filter(([, value]) => isObject(value))
      : undefined;
    const baseline = prepareSpectral(input.prepare_called ? before : after, policy, {
      reference: true,
      ...(hydrated ? { statistics: Object.fromEntries(hydrated) as SpectralBaseline['statistics'] } : {}),
    });
    return {
      prepare: input.prepare_called ? prepared(baseline, policy) : null,
      validate: withoutMessages(judgeSpectral(baseline, after, policy, { reference: true })),
    };
  },
  {
    expected: ({ finalize_not_used_by_runner: _, ...expected }) => withoutMessages(expected),
    tolerance: (pointer) =>
      /sigma|spectral_norm|stable_rank|norm_collapse|family_stats/u.test(pointer)
        ? { relative: 2e-5 }
        : { relative: 2e-3, absolute: 1e-5 },
  },
);

/** Modules with a matrix, measured as the guard measures them; a tied module has the other's weight. */
function measured(modules: readonly Golden[], policy: SpectralPolicy): WeightMeasurement[] {
  const weights = new Map(modules.map(({ name, weight }) => [name, weight]));
  return modules.flatMap(({ name, class: className, weight, tied_to: tiedTo }) => {
    const tensor = weight ?? weights.get(tiedTo);
    if (tensor?.shape.length !== 2) return [];
    const matrix = asMatrix(tensor.shape, tensorValues(tensor));
    const isMeasured = inSpectralScope(policy.scope, name, className, { reference: true, step: 'measure' });
    // What is checked without having been measured is measured with the defaults (spec 03 §3.2).
    const estimator = isMeasured
      ? policy.estimator
      : ({ type: 'power_iter', iters: 4, init: 'ones' } as const);
    const module = { path: name, className, weight: matrix };
    return [measureWeight(module, { estimator, withDegeneracy: policy.degeneracy.enabled })];
  });
}

function prepared(baseline: SpectralBaseline, policy: SpectralPolicy): Golden {
  const sigmas = Object.values(baseline.sigmas);
  const { targetSigma: target } = baseline;
  return {
    ready: true,
    baseline_metrics: {
      max_spectral_norm: Math.max(0, ...sigmas),
      mean_spectral_norm: sigmas.length === 0 ? 0 : mean(sigmas),
      min_spectral_norm: sigmas.length === 0 ? 0 : Math.min(...sigmas),
      target_sigma: target,
      baseline_degeneracy: baseline.degeneracy,
      family_stats: baseline.statistics,
      family_caps: policy.family_caps,
      module_sigmas: baseline.sigmas,
      measurement_contract: spectralContract(policy),
    },
    target_sigma: target,
    scope: policy.scope,
  };
}

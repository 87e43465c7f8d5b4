import {
  type LinearModule,
  type ReferenceScope,
  selectReferenceModules,
} from '../../../engine/edits/edit-targets.ts';
import { quantizeRtnReference } from '../../../engine/edits/quant-rtn-reference.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { tensorValues } from './golden-tensor.ts';

/** Round to nearest as the reference does it, bit by bit, and the modules that it touches (spec 03 §9). */
export const quantRtn = goldenCases(
  byOperation({
    kernel,
    edit,
    constructor: notCompared,
    can_edit: notCompared,
    noop: notCompared,
  }),
  {
    expected: comparable,
    // The reference sums in float32.
    tolerance: (pointer) => (/scale_(?:mean|std)$/u.test(pointer) ? { relative: 2e-6 } : {}),
  },
);

/** Tensors as texts, so that they are compared bit by bit. */
function comparable(expected: Golden): Golden {
  if ('changed_modules' in expected) {
    const { changed_modules: changed, weights_after: weights } = expected;
    const entries = Object.entries<Golden>(weights).filter(([name]) => changed.includes(name));
    return {
      changed_modules: [...changed].sort(),
      weights: Object.fromEntries(entries.map(([name, weight]) => [name, hexOf(tensorValues(weight))])),
    };
  }
  if (!('scale_stats' in expected)) return expected;
  const { weight, scales, weight_after_clipping: clipped, scale_stats: stats } = expected;
  return {
    weight: hexOf(tensorValues(weight)),
    ...(scales ? { scales: hexOf(tensorValues(scales)) } : {}),
    ...(clipped ? { clipped: hexOf(tensorValues(clipped)) } : {}),
    scale_stats: stats,
  };
}

function kernel(
  { weight, bitwidth: bits, group_size: groupSize, clamp_ratio: clampRatio }: Golden,
  expected: Golden,
) {
  const [rows = 0, columns = 0] = weight.shape;
  const result = quantizeRtnReference(floats(weight), [rows, columns], {
    bits,
    clampRatio,
    ...(groupSize === null ? {} : { groupSize }),
  });
  const { mean, standardDeviation, min, max, zeroScales, groups } = result.statistics;
  return {
    weight: hexOf(result.weights),
    ...(expected.scales ? { scales: hexOf(result.scales) } : {}),
    ...(expected.weight_after_clipping ? { clipped: hexOf(result.clipped) } : {}),
    scale_stats: {
      scale_mean: mean,
      scale_std: standardDeviation,
      scale_min: min,
      scale_max: max,
      zero_scales: zeroScales,
      ...(groups === undefined ? {} : { num_groups: groups, group_size: groupSize }),
    },
  };
}

function edit({ plan, modules }: Golden): Golden {
  const weights = new Map<string, Golden>(modules.map((module: Golden) => [module.name, module.weight]));
  const stored = (module: Golden): string => module.tied_to ?? module.name;
  const candidates: LinearModule[] = modules
    .filter((module: Golden) => module.class === 'Linear' || module.class === 'Conv1D')
    .map((module: Golden) => {
      const shape: readonly number[] = weights.get(stored(module))?.shape ?? [];
      return { path: module.name, elements: shape.reduce((a, b) => a * b, 1), tensor: stored(module) };
    });
  const scope = (plan.scope ?? 'ffn') as ReferenceScope;
  const selected = selectReferenceModules(candidates, scope).slice(0, plan.max_modules ?? candidates.length);
  const tensors = new Set(selected.map(({ tensor }) => tensor));
  const changed = modules.filter((module: Golden) => tensors.has(stored(module)));
  return {
    changed_modules: changed.map(({ name }: Golden) => name).sort(),
    weights: Object.fromEntries(
      changed.map((module: Golden) => {
        const weight = weights.get(stored(module));
        const [rows = 0, columns = 0] = weight.shape;
        const { weights: after } = quantizeRtnReference(floats(weight), [rows, columns], {
          bits: plan.bitwidth ?? plan.bits ?? 8,
          clampRatio: plan.clamp_ratio ?? 0,
          ...(plan.group_size === undefined ? {} : { groupSize: plan.group_size }),
        });
        return [module.name, hexOf(after)];
      }),
    ),
  };
}

function notCompared(): Golden {
  throw new Error('a rule leaves this out');
}

function floats(tensor: Golden): Float32Array {
  return Float32Array.from(tensorValues(tensor));
}

function hexOf(values: Float32Array | Int8Array | Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

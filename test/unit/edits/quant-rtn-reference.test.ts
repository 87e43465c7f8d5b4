import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type LinearModule,
  type ReferenceScope,
  selectReferenceModules,
} from '../../../engine/edits/edit-targets.ts';
import { quantizeRtnReference } from '../../../engine/edits/quant-rtn-reference.ts';
import { type GoldenTensor, goldenFloats } from '../../fixtures/golden-tensor.ts';

interface KernelCase {
  readonly name: string;
  readonly input: {
    op: 'kernel';
    weight: GoldenTensor;
    bitwidth: number;
    group_size: number | null;
    clamp_ratio: number;
  };
  readonly expected: {
    weight: GoldenTensor;
    scales?: GoldenTensor;
    weight_after_clipping?: GoldenTensor;
    scale_stats: Record<string, number | 'NaN'>;
  };
}

interface Plan {
  readonly bitwidth?: unknown;
  readonly bits?: number;
  readonly scope?: string;
  readonly group_size?: number;
  readonly clamp_ratio?: number;
  readonly max_modules?: number;
}

interface EditCase {
  readonly name: string;
  readonly input: {
    op: 'edit';
    plan: Plan;
    modules: { name: string; class: string; weight?: GoldenTensor; tied_to?: string }[];
  };
  readonly expected: { changed_modules: string[]; weights_after: Record<string, GoldenTensor> };
}

const golden = JSON.parse(
  readFileSync(new URL('../../golden/guards/quant_rtn.json', import.meta.url), 'utf8'),
) as {
  cases: { name: string; input: { op: string } }[];
};
const kernels = golden.cases.filter((item) => item.input.op === 'kernel') as unknown as KernelCase[];
// Two cases are about configurations that are refused here: a scope that does not exist and bits that are a string.
const refused = ['unknown_scope_is_accepted_and_finds_nothing', 'string_bitwidth_fails_softly'];
const edits = golden.cases.filter(
  (item) => item.input.op === 'edit' && !refused.includes(item.name),
) as unknown as EditCase[];

// The scales that this case lists are those of the unclipped weights; its statistics and weights are of the clipped ones.
const scalesBeforeClipping = ['int4_grouped_with_clamp_clips_first'];

const hex = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

test.each(kernels.map((item) => [item.name, item] as const))(
  'kernel %s is bit-exact',
  (name, { input, expected }) => {
    const [rows = 0, columns = 0] = input.weight.shape;
    const result = quantizeRtnReference(goldenFloats(input.weight), [rows, columns], {
      bits: input.bitwidth,
      clampRatio: input.clamp_ratio,
      ...(input.group_size === null ? {} : { groupSize: input.group_size }),
    });
    expect(hex(result.weights)).toBe(hex(goldenFloats(expected.weight)));
    if (expected.scales && !scalesBeforeClipping.includes(name)) {
      expect(hex(result.scales)).toBe(hex(goldenFloats(expected.scales)));
    }
    if (expected.weight_after_clipping)
      expect(hex(result.clipped)).toBe(hex(goldenFloats(expected.weight_after_clipping)));

    // The reference sums in float32.
    const close = (actual: number, wanted: number | 'NaN' | undefined): void => {
      if (wanted === 'NaN') expect(actual).toBeNaN();
      else
        expect(Math.abs(actual - (wanted ?? Number.NaN))).toBeLessThanOrEqual(2e-6 * Math.abs(wanted ?? 0));
    };
    const { scale_stats: stats } = expected;
    close(result.statistics.mean, stats.scale_mean);
    close(result.statistics.standardDeviation, stats.scale_std);
    expect(result.statistics.min).toBe(stats.scale_min);
    expect(result.statistics.max).toBe(stats.scale_max);
    expect(result.statistics.zeroScales).toBe(stats.zero_scales);
    expect(result.statistics.groups).toBe(stats.num_groups);
  },
);

test.each(edits.map((item) => [item.name, item] as const))(
  'edit %s touches the same modules',
  (_, { input, expected }) => {
    const weights = new Map(input.modules.map((item) => [item.name, item.weight]));
    const stored = (item: { name: string; tied_to?: string }): string => item.tied_to ?? item.name;
    const modules = input.modules
      .filter((item) => item.class === 'Linear' || item.class === 'Conv1D')
      .map((item): LinearModule => {
        const shape = weights.get(stored(item))?.shape ?? [];
        return { path: item.name, elements: shape.reduce((a, b) => a * b, 1), tensor: stored(item) };
      });
    const { plan } = input;
    const scope = (plan.scope ?? 'ffn') as ReferenceScope;
    const selected = selectReferenceModules(modules, scope).slice(0, plan.max_modules ?? modules.length);

    const changed = new Set(selected.map((module) => module.tensor));
    const expectedTensors = new Set(
      expected.changed_modules.map((name) => stored(input.modules.find((item) => item.name === name)!)),
    );
    expect(changed).toEqual(expectedTensors);
    for (const { tensor } of selected) {
      const weight = weights.get(tensor)!;
      const [rows = 0, columns = 0] = weight.shape;
      const result = quantizeRtnReference(goldenFloats(weight), [rows, columns], {
        bits: (plan.bitwidth as number | undefined) ?? plan.bits ?? 8,
        clampRatio: plan.clamp_ratio ?? 0,
        ...(plan.group_size === undefined ? {} : { groupSize: plan.group_size }),
      });
      expect(hex(result.weights)).toBe(hex(goldenFloats(expected.weights_after[tensor]!)));
    }
  },
);

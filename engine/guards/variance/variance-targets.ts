import { matchesTap } from './projection-names.ts';
import type { VariancePolicy } from './variance-policy.ts';

/** A projection whose output may be scaled. */
export interface VarianceTarget {
  /** As policies and proposals name it. */
  readonly name: string;
  /** As the model names it; scales are applied to exactly this module (Q22). */
  readonly path: string;
  /** `block<i>.attn` or `block<i>.mlp`. */
  readonly branch: string;
}

/** Where layers are, in the order in which they are looked for (spec 03 §5.2). */
const containers = ['transformer.h', 'model.layers', 'encoder.layer', 'decoder.layers', 'layers'];
const projections = {
  attn: ['attn.c_proj', 'attn.out_proj'],
  mlp: ['mlp.c_proj', 'mlp.down_proj', 'mlp.fc2'],
} as const;

/**
 * The projections that a policy lets the guard scale, by layer. Empty where an architecture has none: the guard does not
 * apply then (Q26).
 */
export function varianceTargets(
  modules: readonly string[],
  { scope, tap, target_modules: focus = [] }: Pick<VariancePolicy, 'scope' | 'tap' | 'target_modules'>,
): VarianceTarget[] {
  const known = new Set(modules);
  const patterns = typeof tap === 'string' ? [tap] : tap;
  const kinds = (['attn', 'mlp'] as const).filter(
    (kind) => scope === 'both' || scope === (kind === 'mlp' ? 'ffn' : kind),
  );
  const targets = layersOf(modules).flatMap(([layer, index]) =>
    kinds.flatMap((kind): VarianceTarget[] => {
      const path = projections[kind].map((ending) => `${layer}.${ending}`).find((one) => known.has(one));
      const name = `transformer.h.${index}.${kind}.c_proj`;
      return path !== undefined && matchesTap(name, patterns)
        ? [{ name, path, branch: `block${index}.${kind}` }]
        : [];
    }),
  );
  const focused = targets.filter(({ name }) => focus.includes(name));
  return focused.length > 0 ? focused : targets;
}

/** Paths of the layers and their numbers, in order. */
function layersOf(modules: readonly string[]): [path: string, number: number][] {
  const container = containers.find((one) => modules.some((path) => path.startsWith(`${one}.`)));
  if (container === undefined) return [];
  const numbers = modules
    .filter((path) => path.startsWith(`${container}.`))
    .map((path) => Number(path.slice(container.length + 1).split('.')[0]))
    .filter(Number.isInteger);
  return [...new Set(numbers)].sort((a, b) => a - b).map((number) => [`${container}.${number}`, number]);
}

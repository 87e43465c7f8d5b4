import { compareCodePoints } from '../core/compare-code-points.ts';
import { isObject, type JsonObject, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import { roundDecimals } from '../numerics/round-decimals.ts';

/**
 * What an edit changed, and what can be told of how it chose (spec 03 §7.4). What the report does not say is looked for
 * in the plan's digest, the modules and the seeds, and each find is recorded as such.
 */
export function structuralDeltas(report: unknown): JsonObject {
  const edit = objectAt(report, 'edit') ?? {};
  const deltas = objectAt(edit, 'deltas') ?? {};
  const changed = numberAt(deltas, 'params_changed') ?? 0;
  const layers = numberAt(deltas, 'layers_modified') ?? 0;
  const modules = bitwidthMap(deltas);
  const plan = objectAt(edit, 'plan') ?? objectAt(edit, 'config') ?? {};
  const scope = findScope(edit, plan, modules);
  const seed = findSeed(report, edit, plan);
  const touched = modules.length > 0 ? modules.length : layers;
  const isQuantization = (textAt(edit, 'name') ?? '').includes('quant');
  return {
    params_changed: changed,
    layers_modified: layers,
    ...(typeof deltas.sparsity === 'number' ? { sparsity: deltas.sparsity } : {}),
    ...(modules.length > 0
      ? { bitwidths: Object.fromEntries(modules), bitwidth_analysis: bitwidthAnalysis(modules) }
      : {}),
    ranks: {},
    compression_diagnostics: {
      execution_status: changed > 0 ? 'successful' : 'no_modifications',
      target_analysis: {
        modules_found: touched,
        modules_eligible: touched,
        modules_modified: touched,
        scope: scope.value,
      },
      parameter_analysis: isQuantization ? quantizationParameters(modules, plan, changed > 0) : {},
      algorithm_details: {
        scope_targeting: scope.value,
        seed: seed.value,
        ...(isQuantization && modules.length > 0 ? quantizationDetails(modules) : {}),
      },
      warnings: warnings(changed, scope.value),
      ...inferences({ scope, seed }),
    },
  };
}

type Modules = readonly (readonly [path: string, facts: JsonObject])[];

/** A value, and where it was found when the edit does not state it. */
interface Found {
  readonly value: unknown;
  readonly source?: string;
}

function bitwidthMap(deltas: JsonObject): Modules {
  return Object.entries(objectAt(deltas, 'bitwidth_map') ?? {}).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]),
  );
}

function bitwidthAnalysis(modules: Modules): JsonObject {
  const bits = modules.map(([, facts]) => numberAt(facts, 'bitwidth') ?? 0);
  return {
    total_modules: modules.length,
    bitwidths_used: [...new Set(bits)].sort((a, b) => a - b),
    avg_bitwidth: bits.reduce((sum, one) => sum + one, 0) / bits.length,
    min_bitwidth: Math.min(...bits),
    max_bitwidth: Math.max(...bits),
  };
}

function findScope(edit: JsonObject, plan: JsonObject, modules: Modules): Found {
  const stated = textAt(plan, 'scope') ?? textAt(edit, 'scope');
  if (stated) return { value: stated };
  const digest = textAt(edit, 'plan_digest') ?? '';
  const named = ['ffn', 'attn', 'embed'].find((name) => digest.includes(name));
  if (named) return { value: named, source: 'plan_digest' };
  if (modules.length === 0) return { value: 'unknown' };
  const families = new Set(modules.flatMap(([path]) => familyOf(path)));
  const value = [...families].sort(compareCodePoints).join('+') || 'all';
  return { value, source: 'bitwidth_map' };
}

const familyPieces = [
  ['attn', ['attn', 'attention']],
  ['ffn', ['mlp', 'ffn', 'fc']],
  ['embed', ['embed', 'wte', 'wpe']],
] as const;

function familyOf(path: string): string[] {
  const name = path.toLowerCase();
  const found = familyPieces.find(([, pieces]) => pieces.some((piece) => name.includes(piece)));
  return found ? [found[0]] : [];
}

function findSeed(report: unknown, edit: JsonObject, plan: JsonObject): Found {
  const stated = plan.seed ?? edit.seed;
  if (stated !== undefined && stated !== null) return { value: stated };
  const python = valueAt(report, 'meta', 'seeds', 'python') ?? null;
  if (python !== null) return { value: python, source: 'report.meta.seeds' };
  const seed = valueAt(report, 'meta', 'seed') ?? null;
  return seed === null ? { value: 'unknown' } : { value: seed, source: 'report.meta.seed' };
}

function quantizationParameters(modules: Modules, plan: JsonObject, hasChanged: boolean): JsonObject {
  const [, first] = modules[0] ?? [];
  const group = first?.group_size ?? null;
  const clamp = numberAt(plan, 'clamp_ratio');
  return {
    bitwidth: {
      value: first?.bitwidth ?? plan.bitwidth ?? 'unknown',
      effectiveness: hasChanged ? 'applied' : 'ineffective',
    },
    ...(first
      ? { group_size: { value: group, effectiveness: group === null ? 'per_channel' : 'used' } }
      : {}),
    ...(clamp === undefined
      ? {}
      : { clamp_ratio: { value: clamp, effectiveness: clamp > 0 ? 'applied' : 'disabled' } }),
  };
}

function quantizationDetails(modules: Modules): JsonObject {
  const sizes = modules.map(([, facts]) => numberAt(facts, 'params') ?? 0);
  const bits = modules.map(([, facts]) => numberAt(facts, 'bitwidth') ?? 32);
  const saved = sizes.reduce((sum, size, index) => sum + size * (32 - (bits[index] ?? 32)), 0);
  const isGrouped = modules.some(([, facts]) => numberAt(facts, 'group_size') !== undefined);
  return {
    modules_quantized: modules.length,
    quantization_type: isGrouped ? 'grouped' : 'per_channel',
    total_params_quantized: sizes.reduce((sum, size) => sum + size, 0),
    estimated_memory_saved_mb: roundDecimals(saved / 8 / 2 ** 20, 2),
  };
}

function warnings(changed: number, scope: unknown): readonly string[] {
  if (changed > 0) return [];
  const none = 'No parameter differs between baseline and subject.';
  const look = 'If the model was to be edited, look at the scope and the thresholds of the edit.';
  const other = 'The scope ffn may name no module of this architecture; the scope all names every one.';
  return scope === 'ffn' ? [none, look, other] : [none, look];
}

/** Ranks and fractions are not looked for: no edit of ours has them. */
function inferences(found: Readonly<Record<'scope' | 'seed', Found>>): JsonObject {
  const inferred = Object.entries(found).flatMap(([name, { value, source }]) =>
    source === undefined ? [] : [{ name, value, source }],
  );
  const has = (name: string) => inferred.some((one) => one.name === name);
  return {
    inferred: { scope: has('scope'), seed: has('seed'), rank_policy: false, frac: false },
    ...(inferred.length === 0
      ? {}
      : {
          inference_source: Object.fromEntries(inferred.map(({ name, source }) => [name, source])),
          inference_log: inferred.map(
            ({ name, value, source }) => `${name} inferred from ${source}: ${String(value)}`,
          ),
        }),
  };
}

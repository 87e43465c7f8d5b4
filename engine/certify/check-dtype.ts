import type { Setting } from '../config/run-settings.ts';
import type { Finding } from '../core/findings.ts';

/** Names of config files, and those of safetensors for the same type. */
const storedNames: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
};
const shortNames: Readonly<Record<string, string>> = {
  fp32: 'float32',
  float: 'float32',
  fp16: 'float16',
  half: 'float16',
  bf16: 'bfloat16',
};
const floating: ReadonlySet<string> = new Set(['F64', 'F32', 'F16', 'BF16']);

export interface StoredModel {
  /** For messages: "baseline", "subject". */
  readonly name: string;
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
}

/**
 * `model.torch_dtype` (spec 01 §1.4.2). Weights are used as they are stored and everything is computed in float32, so
 * `auto`, `float32` and the stored type are what happens anyway; a type that would round weights is refused.
 */
export function checkDtype(
  requested: Setting<string> | undefined,
  models: readonly StoredModel[],
): Finding[] {
  if (!requested) return [];
  const text = requested.value
    .trim()
    .toLowerCase()
    .replace(/^torch\./u, '');
  const name = shortNames[text] ?? text;
  const { file, range } = requested.origin;
  const place = {
    pointer: '/model/torch_dtype',
    ...(file === undefined ? {} : { file }),
    ...(range ? { range } : {}),
  };
  const refuse = (message: string): Finding => ({
    code: 'R433',
    severity: 'error',
    message,
    ...place,
    actual: requested.value,
  });
  if (name === 'auto' || name === 'float32') return [];
  const stored = storedNames[name];
  if (stored === undefined) {
    const known = ['auto', ...Object.keys(storedNames)].join(', ');
    return [refuse(`model.torch_dtype is "${requested.value}". Choose one of ${known}.`)];
  }
  return models.flatMap((model) => {
    const others = storedTypes(model).filter((dtype) => dtype !== stored);
    if (others.length === 0) return [];
    const message = `model.torch_dtype is ${name}, but the ${model.name} stores ${others.join(' and ')} weights, which it would round. Use auto, or store the model in ${name}.`;
    return [refuse(message)];
  });
}

/** The floating-point types of the matrices, in order: vectors of norms are often kept wider on purpose. */
export function storedTypes({ tensors }: Pick<StoredModel, 'tensors'>): string[] {
  const types = new Set<string>();
  for (const { dtype, shape } of tensors.values())
    if (shape.length >= 2 && floating.has(dtype)) types.add(dtype);
  return [...types].sort();
}

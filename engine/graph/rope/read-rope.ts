import { OptionReader } from '../architectures/read-options.ts';
import type { Rope } from './rope.ts';
import { type RopeScaling, ropeFrequencies } from './rope-frequencies.ts';

export interface RopeContext {
  readonly headSize: number;
  /** `max_position_embeddings`. */
  readonly contextLength: number;
  /** Base of files that name none. */
  readonly base: number;
  /** Options outside `rope_parameters` that hold the base, the preferred name first. */
  readonly baseKeys: readonly string[];
  /** Options outside `rope_parameters` that hold the rotated share of a head; none if all of it always is. */
  readonly shareKeys?: readonly string[];
  readonly share?: number;
  /** The kind of layer, where `rope_parameters` has an object for each. */
  readonly layerType?: string;
  /** Whether `rope_scaling` is about other layers. */
  readonly isUnscaled?: boolean;
}

const kinds = ['default', 'linear', 'dynamic', 'llama3', 'yarn', 'longrope'];

/**
 * RoPE as config.json describes it, in both spellings: `rope_theta` with `rope_scaling`, and `rope_parameters`, which
 * holds everything and may be divided by the type of layer. What was trained with one is never computed with another:
 * an unknown kind, an unknown key and two values that contradict each other are refused.
 */
export function readRope(options: OptionReader, context: RopeContext): Rope {
  const parameters = ropeOptions(options, context);
  const base = agreed(options, parameters, context.baseKeys, 'rope_theta') ?? context.base;
  const share =
    agreed(options, parameters, context.shareKeys ?? [], 'partial_rotary_factor') ?? context.share ?? 1;
  const size = Math.floor(context.headSize * share);
  if (!context.shareKeys && share !== 1)
    options.unsupported('partial_rotary_factor', share, 'This architecture rotates whole heads.');
  if (share > 1 || size < 2 || size % 2 !== 0) {
    options.unsupported(
      'rope_parameters',
      { headSize: context.headSize, share },
      'An even part of a head must be rotated.',
    );
    return { size: 2, frequencies: [1], attentionFactor: 1 };
  }

  const legacy = parameters.raw('type');
  // "su" is what early Phi-3 files call longrope.
  const named = parameters.name(
    'rope_type',
    [...kinds, 'su'],
    typeof legacy === 'string' ? legacy : 'default',
  );
  const kind = named === 'su' ? 'longrope' : named;
  const rope =
    kind === 'longrope'
      ? longRope(parameters, options, context, base, size)
      : scaledRope(kind, parameters, options, context, base, size);
  for (const key of parameters.unread())
    parameters.unsupported(key, parameters.raw(key), `It is not an option of RoPE of the kind ${kind}.`);
  options.findings.push(...parameters.findings);
  return rope;
}

/** The object that describes the kind of RoPE; empty when there is none. */
function ropeOptions(options: OptionReader, context: RopeContext): OptionReader {
  const scaling = options.raw('rope_scaling');
  const parameters = options.raw('rope_parameters');
  if (isObject(scaling) && isObject(parameters))
    options.unsupported('rope_scaling', scaling, 'rope_parameters is given as well; keep one of them.');
  const key = isObject(parameters) ? 'rope_parameters' : 'rope_scaling';
  const found = parameters ?? scaling;
  if (found === undefined) return new OptionReader({});
  if (!isObject(found)) {
    options.invalid(key, found, 'must be an object');
    return new OptionReader({});
  }
  const { layerType = '', isUnscaled = false } = context;
  const nested = found[layerType];
  if (isObject(nested)) return new OptionReader(nested, `${key}.${layerType}.`);
  return isUnscaled ? new OptionReader({}) : new OptionReader(found, `${key}.`);
}

/** An option that may stand at several places; if it does, all must say the same. */
function agreed(
  options: OptionReader,
  parameters: OptionReader,
  outside: readonly string[],
  inside: string,
): number | undefined {
  const found = [
    parameters.optionalPositive(inside),
    ...outside.map((key) => options.optionalPositive(key)),
  ].filter((value) => value !== undefined);
  const [first] = found;
  if (found.some((value) => value !== first))
    options.unsupported(
      outside[0] ?? inside,
      found,
      `${inside} is given several times with different values.`,
    );
  return first;
}

function scaledRope(
  kind: string,
  parameters: OptionReader,
  options: OptionReader,
  context: RopeContext,
  base: number,
  size: number,
): Rope {
  const of = (scaling: RopeScaling, attentionFactor = 1): Rope => ({
    size,
    frequencies: ropeFrequencies(base, size, scaling),
    attentionFactor,
  });
  if (kind === 'linear') return of({ kind, factor: parameters.positive('factor') });
  if (kind === 'dynamic') {
    parameters.positive('factor');
    return of({ kind });
  }
  if (kind === 'llama3') {
    const factor = parameters.positive('factor');
    const low = parameters.positive('low_freq_factor');
    const high = parameters.positive('high_freq_factor');
    if (high <= low) parameters.invalid('high_freq_factor', high, 'must be larger than low_freq_factor');
    const { length } = originalLength(parameters, options, context);
    const originals = { lowFrequencyFactor: low, highFrequencyFactor: high, originalLength: length };
    return of({ kind, factor, ...originals });
  }
  if (kind !== 'yarn') return of({ kind: 'default' });
  const { length, factor } = stretch(parameters, options, context);
  const attentionFactor =
    parameters.optionalPositive('attention_factor') ?? yarnAttention(parameters, factor);
  const betas = {
    betaFast: parameters.positive('beta_fast', 32),
    betaSlow: parameters.positive('beta_slow', 1),
    truncate: parameters.flag('truncate', true),
  };
  return of({ kind, factor, originalLength: length, ...betas }, attentionFactor);
}

/** The default of YaRN's attention factor, with the two multipliers that DeepSeek introduced. */
function yarnAttention(parameters: OptionReader, factor: number): number {
  const grown = (multiplier: number): number => (factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1);
  const multiplier = parameters.optionalPositive('mscale');
  const divisor = parameters.optionalPositive('mscale_all_dim');
  return multiplier !== undefined && divisor !== undefined ? grown(multiplier) / grown(divisor) : grown(1);
}

/** LongRoPE (Ding et al., arXiv 2402.13753): every pair has a factor, and long sequences have other ones. */
function longRope(
  parameters: OptionReader,
  options: OptionReader,
  context: RopeContext,
  base: number,
  size: number,
): Rope {
  const factors = (key: string): number[] => {
    const value = parameters.raw(key);
    const isUsable =
      Array.isArray(value) &&
      value.length === size / 2 &&
      value.every((factor) => typeof factor === 'number' && Number.isFinite(factor) && factor > 0);
    if (isUsable) return value;
    parameters.invalid(key, value, `must be a list of ${size / 2} positive numbers`);
    return Array(size / 2).fill(1);
  };
  const { length, factor } = stretch(parameters, options, context);
  const attentionFactor =
    parameters.optionalPositive('attention_factor') ??
    (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(length)));
  const plain = ropeFrequencies(base, size, { kind: 'default' });
  const divided = (by: readonly number[]): number[] => plain.map((frequency, i) => frequency / (by[i] ?? 1));
  return {
    size,
    frequencies: divided(factors('short_factor')),
    attentionFactor,
    long: { frequencies: divided(factors('long_factor')), beyondLength: length },
  };
}

/** The length that the model was trained with before it was stretched. */
function originalLength(
  parameters: OptionReader,
  options: OptionReader,
  context: RopeContext,
): { readonly length: number; readonly isGiven: boolean } {
  const key = 'original_max_position_embeddings';
  const length = agreed(options, parameters, [key], key);
  return { length: length ?? context.contextLength, isGiven: length !== undefined };
}

/**
 * Original length and stretching factor. Releases of transformers disagree about which counts when `factor` is not
 * the quotient of the two lengths, so such a file has no one meaning and is refused.
 */
function stretch(
  parameters: OptionReader,
  options: OptionReader,
  context: RopeContext,
): { readonly length: number; readonly factor: number } {
  const { length, isGiven } = originalLength(parameters, options, context);
  const quotient = context.contextLength / length;
  const factor = parameters.optionalPositive('factor');
  if (factor === undefined) return { length, factor: quotient };
  if (isGiven && Math.abs(factor / quotient - 1) > 1e-6) {
    parameters.unsupported(
      'factor',
      factor,
      `max_position_embeddings / original_max_position_embeddings is ${quotient}, and releases of transformers disagree about which counts. Make them equal.`,
    );
  }
  return { length, factor };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Options of the kinds of RoPE, as config.json names them in `rope_scaling` or `rope_parameters`. */
export type RopeScaling =
  | { readonly kind: 'default' | 'dynamic' }
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalLength: number;
    }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalLength: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly truncate: boolean;
    };

/**
 * Radians per position of every rotated pair.
 *
 * `dynamic` changes nothing here: it stretches the base only for sequences beyond the context length, which are
 * refused before they run.
 */
export function ropeFrequencies(base: number, size: number, scaling: RopeScaling): number[] {
  const plain = Array.from({ length: size / 2 }, (_, i) => base ** ((-2 * i) / size));
  switch (scaling.kind) {
    case 'default':
    case 'dynamic':
      return plain;
    case 'linear':
      return plain.map((frequency) => frequency / scaling.factor);
    case 'llama3':
      return plain.map((frequency) => llama3(frequency, scaling));
    case 'yarn':
      return yarn(plain, base, size, scaling);
  }
}

/** Long waves are slowed down, short ones are kept, and those between are mixed (Llama 3.1). */
function llama3(frequency: number, scaling: Extract<RopeScaling, { kind: 'llama3' }>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalLength } = scaling;
  const turns = (originalLength * frequency) / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const kept = (turns - low) / (high - low);
  return ((1 - kept) * frequency) / factor + kept * frequency;
}

/** YaRN (Peng et al., arXiv 2309.00071, section 3.2): a ramp over the pairs from keeping to slowing down. */
function yarn(
  plain: readonly number[],
  base: number,
  size: number,
  scaling: Extract<RopeScaling, { kind: 'yarn' }>,
): number[] {
  const { factor, originalLength, betaFast, betaSlow, truncate } = scaling;
  const pairOfTurns = (turns: number): number =>
    (size * Math.log(originalLength / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const first = pairOfTurns(betaFast);
  const last = pairOfTurns(betaSlow);
  const low = Math.max(truncate ? Math.floor(first) : first, 0);
  const high = Math.min(truncate ? Math.ceil(last) : last, size - 1);
  const span = low === high ? 0.001 : high - low;
  return plain.map((frequency, i) => {
    const slowed = Math.min(1, Math.max(0, (i - low) / span));
    return slowed * (frequency / factor) + (1 - slowed) * frequency;
  });
}

/**
 * Rotary positions in float64, from their definitions: Su et al. (arXiv 2104.09864), Peng et al. (arXiv 2309.00071,
 * YaRN), Ding et al. (arXiv 2402.13753, LongRoPE), the Llama 3.1 release, and what Hugging Face's configuration
 * classes say about the options. Nothing here comes from the engine.
 */

type Config = Readonly<Record<string, unknown>>;

export interface PlainRope {
  /** Radians per position, one for each pair. */
  readonly frequencies: number[];
  readonly factor: number;
}

/** The rotation of a model for a sequence of `length` tokens. */
export function plainRope(
  config: Config,
  scaling: Config,
  base: number,
  size: number,
  length: number,
): PlainRope {
  const pairs = size / 2;
  const plain: number[] = [];
  for (let i = 0; i < pairs; i++) plain.push(1 / base ** ((2 * i) / size));
  const kind = scaling.rope_type ?? scaling.type ?? 'default';
  const context = config.max_position_embeddings as number;
  const original = (config.original_max_position_embeddings ??
    scaling.original_max_position_embeddings ??
    context) as number;
  const factor = (scaling.factor ?? context / original) as number;

  if (kind === 'linear') return { frequencies: plain.map((f) => f / factor), factor: 1 };
  if (kind === 'dynamic') {
    const longest = Math.max(length, context);
    const stretched = base * ((factor * longest) / context - (factor - 1)) ** (size / (size - 2));
    return { frequencies: plain.map((_, i) => 1 / stretched ** ((2 * i) / size)), factor: 1 };
  }
  if (kind === 'llama3') {
    const longWave = original / (scaling.low_freq_factor as number);
    const shortWave = original / (scaling.high_freq_factor as number);
    const frequencies = plain.map((f) => {
      const wave = (2 * Math.PI) / f;
      if (wave < shortWave) return f;
      if (wave > longWave) return f / factor;
      const low = scaling.low_freq_factor as number;
      const smooth = (original / wave - low) / ((scaling.high_freq_factor as number) - low);
      return ((1 - smooth) * f) / factor + smooth * f;
    });
    return { frequencies, factor: 1 };
  }
  if (kind === 'yarn') {
    const dimension = (rotations: number): number =>
      (size * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
    let low = dimension((scaling.beta_fast ?? 32) as number);
    let high = dimension((scaling.beta_slow ?? 1) as number);
    if (scaling.truncate !== false) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, size - 1);
    if (low === high) high += 0.001;
    const frequencies = plain.map((f, i) => {
      const ramp = Math.min(1, Math.max(0, (i - low) / (high - low)));
      return (f / factor) * ramp + f * (1 - ramp);
    });
    const scale = (m: number): number => (factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1);
    const { mscale, mscale_all_dim: allDimensions } = scaling as Record<string, number | undefined>;
    const given = scaling.attention_factor as number | undefined;
    const inferred = mscale && allDimensions ? scale(mscale) / scale(allDimensions) : scale(1);
    return { frequencies, factor: given ?? inferred };
  }
  if (kind === 'longrope' || kind === 'su') {
    const factors = (length > original ? scaling.long_factor : scaling.short_factor) as number[];
    const given = scaling.attention_factor as number | undefined;
    const inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return { frequencies: plain.map((f, i) => f / factors[i]!), factor: given ?? inferred };
  }
  return { frequencies: plain, factor: 1 };
}

/** x·cos + rotateHalf(x)·sin on the first elements of one head, whose position is `at`. */
export function turn(x: readonly number[], at: number, rope: PlainRope): number[] {
  const pairs = rope.frequencies.length;
  const out = [...x];
  for (let i = 0; i < pairs; i++) {
    const angle = at * rope.frequencies[i]!;
    const cosine = Math.cos(angle) * rope.factor;
    const sine = Math.sin(angle) * rope.factor;
    out[i] = x[i]! * cosine - x[i + pairs]! * sine;
    out[i + pairs] = x[i + pairs]! * cosine + x[i]! * sine;
  }
  return out;
}

/**
 * NumPy's SeedSequence (spec 02 §6.5; O'Neill's seed_seq_fe): turns a non-negative integer into well mixed 32-bit words.
 */
export class SeedSequence {
  readonly pool: Uint32Array;

  constructor(seed: number | bigint) {
    this.pool = mixEntropy(entropyWords(seed));
  }

  /** `count` words of 32 bits; NumPy's `generate_state(count, uint32)`. */
  generateState(count: number): Uint32Array {
    const words = new Uint32Array(count);
    let constant = 0x8b51f9dd;
    for (let index = 0; index < count; index += 1) {
      let value = (this.pool[index % POOL_WORDS] ?? 0) ^ constant;
      constant = Math.imul(constant, 0x58f38ded);
      value = Math.imul(value, constant);
      words[index] = value ^ (value >>> 16);
    }
    return words;
  }
}

const POOL_WORDS = 4;

/** Little-endian 32-bit words of the seed, at least one. */
function entropyWords(seed: number | bigint): number[] {
  let rest = BigInt(seed);
  if (rest < 0n) throw new RangeError(`a seed must not be negative, got ${seed}`);
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function mixEntropy(entropy: readonly number[]): Uint32Array {
  const pool = new Uint32Array(POOL_WORDS);
  let constant = 0x43b0d7e5;
  const hashMix = (word: number): number => {
    let value = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const value = Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715);
    return value ^ (value >>> 16);
  };
  for (let index = 0; index < POOL_WORDS; index += 1) pool[index] = hashMix(entropy[index] ?? 0);
  for (let source = 0; source < POOL_WORDS; source += 1) {
    for (let target = 0; target < POOL_WORDS; target += 1) {
      if (source !== target) pool[target] = mix(pool[target] ?? 0, hashMix(pool[source] ?? 0));
    }
  }
  for (const word of entropy.slice(POOL_WORDS)) {
    for (let target = 0; target < POOL_WORDS; target += 1)
      pool[target] = mix(pool[target] ?? 0, hashMix(word));
  }
  return pool;
}

/**
 * The 32-bit Mersenne Twister (Matsumoto and Nishimura 1998), seeded as the two libraries that the reference draws from
 * seed it (spec 02 §6.6 and §6.7).
 */
export class Mt19937 {
  private readonly state: Uint32Array;
  private position = SIZE;

  private constructor(state: Uint32Array) {
    this.state = state;
  }

  /** Seeded by one word, as NumPy's `RandomState(seed)`: 0 ≤ seed < 2^32, or a RangeError. */
  static fromWord(seed: number): Mt19937 {
    if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
      throw new RangeError(`a seed of one word must be a whole number below 2^32, got ${seed}`);
    }
    return new Mt19937(spread(seed));
  }

  /** Seeded by any integer, as Python's `random.Random(seed)`; the sign does not count. */
  static fromInteger(seed: number | bigint): Mt19937 {
    const key = words(seed);
    const state = spread(19650218);
    let index = 1;
    let keyIndex = 0;
    const advance = () => {
      index += 1;
      if (index === SIZE) {
        state[0] = at(state, SIZE - 1);
        index = 1;
      }
    };
    const previous = () => at(state, index - 1) ^ (at(state, index - 1) >>> 30);
    for (let count = Math.max(SIZE, key.length); count > 0; count -= 1) {
      state[index] = (at(state, index) ^ Math.imul(previous(), 1664525)) + (key[keyIndex] ?? 0) + keyIndex;
      keyIndex = (keyIndex + 1) % key.length;
      advance();
    }
    for (let count = SIZE - 1; count > 0; count -= 1) {
      state[index] = (at(state, index) ^ Math.imul(previous(), 1566083941)) - index;
      advance();
    }
    state[0] = 0x80000000;
    return new Mt19937(state);
  }

  /** The next 32 bits. */
  next32(): number {
    if (this.position === SIZE) {
      twist(this.state);
      this.position = 0;
    }
    let value = at(this.state, this.position);
    this.position += 1;
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  }
}

const SIZE = 624;
const SHIFT = 397;

function twist(state: Uint32Array): void {
  for (let index = 0; index < SIZE; index += 1) {
    const bits = (at(state, index) & 0x80000000) | (at(state, (index + 1) % SIZE) & 0x7fffffff);
    state[index] = at(state, (index + SHIFT) % SIZE) ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
  }
}

function spread(seed: number): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let index = 1; index < SIZE; index += 1) {
    const previous = at(state, index - 1);
    state[index] = Math.imul(previous ^ (previous >>> 30), 1812433253) + index;
  }
  return state;
}

/** Little-endian 32-bit words of the seed's absolute value, at least one. */
function words(seed: number | bigint): number[] {
  let rest = BigInt(seed);
  if (rest < 0n) rest = -rest;
  const list: number[] = [];
  do {
    list.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return list;
}

function at(state: Uint32Array, index: number): number {
  return state[index] ?? 0;
}

import { SeedSequence } from './seed-sequence.ts';

/**
 * NumPy's `default_rng(seed)`: PCG64 (XSL-RR, a 128-bit LCG), seeded by SeedSequence, with the draws that the bootstrap
 * uses (spec 02 §6.5). Bit-exact; the state is four 32-bit limbs, because BigInt is ten times slower.
 */
export class Pcg64 {
  // The 128-bit state, least significant limb first.
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;
  private readonly i0: number;
  private readonly i1: number;
  private readonly i2: number;
  private readonly i3: number;
  /** The unused high half of a 64-bit draw; survives between calls, ignored by doubles. */
  private spare = -1;
  /** The last 64-bit draw. */
  private high = 0;
  private low = 0;

  constructor(seed: number | bigint) {
    const words = new SeedSequence(seed).generateState(8);
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0] = words;
    // Each 64-bit word is stored low half first; the first of a pair is the high word of the 128-bit value.
    this.i0 = ((w6 << 1) | 1) >>> 0;
    this.i1 = ((w7 << 1) | (w6 >>> 31)) >>> 0;
    this.i2 = ((w4 << 1) | (w7 >>> 31)) >>> 0;
    this.i3 = ((w5 << 1) | (w4 >>> 31)) >>> 0;
    this.step();
    this.addToState(w2, w3, w0, w1);
    this.step();
  }

  /** One 64-bit draw as two unsigned halves. */
  next64(): { high: number; low: number } {
    this.draw();
    return { high: this.high, low: this.low };
  }

  /** One 32-bit draw: the low half of a 64-bit draw first, then its high half. */
  next32(): number {
    if (this.spare >= 0) {
      const value = this.spare;
      this.spare = -1;
      return value;
    }
    this.draw();
    this.spare = this.high;
    return this.low;
  }

  /** A double in [0, 1) with 53 bits. */
  random(): number {
    this.draw();
    return ((this.high >>> 5) * 67108864 + (((this.high & 31) << 21) | (this.low >>> 11))) / 9007199254740992;
  }

  /** `size` integers in [0, bound), 1 ≤ bound ≤ 2^53, by Lemire's method: 32-bit draws while they suffice. */
  integers(bound: number, size: number): Float64Array {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`the bound must be an integer from 1 to 2^53, got ${bound}`);
    }
    const values = new Float64Array(size);
    if (bound === 1) return values;
    for (let index = 0; index < size; index += 1) {
      if (bound < TWO_32) values[index] = this.lemire32(bound);
      else values[index] = bound === TWO_32 ? this.next32() : this.lemire64(BigInt(bound));
    }
    return values;
  }

  /** `size` indices drawn with replacement by weight: one double each, all drawn first. */
  choice(probabilities: ArrayLike<number>, size: number): Float64Array {
    const cdf = cumulative(probabilities);
    const draws = new Float64Array(size);
    for (let index = 0; index < size; index += 1) draws[index] = this.random();
    return draws.map((draw) => upperBound(cdf, draw));
  }

  private lemire32(bound: number): number {
    let draw = this.next32();
    let low = Math.imul(draw, bound) >>> 0;
    if (low < bound) {
      const threshold = (2 ** 32 - bound) % bound;
      while (low < threshold) {
        draw = this.next32();
        low = Math.imul(draw, bound) >>> 0;
      }
    }
    return highProduct(draw, bound);
  }

  /** Bounds above 2^32 are rare enough for BigInt. */
  private lemire64(bound: bigint): number {
    const next = () => {
      this.draw();
      return ((BigInt(this.high) << 32n) | BigInt(this.low)) * bound;
    };
    const mask = (1n << 64n) - 1n;
    let product = next();
    if ((product & mask) < bound) {
      const threshold = ((1n << 64n) - bound) % bound;
      while ((product & mask) < threshold) product = next();
    }
    return Number(product >> 64n);
  }

  /** Steps, then XSL-RR: the halves xored and rotated right by the top six bits. */
  private draw(): void {
    this.step();
    const low = this.s0 ^ this.s2;
    const high = this.s1 ^ this.s3;
    const rotation = this.s3 >>> 26;
    const count = rotation & 31;
    const [a, b] = rotation < 32 ? [low, high] : [high, low];
    if (count === 0) {
      this.low = a >>> 0;
      this.high = b >>> 0;
    } else {
      this.low = ((a >>> count) | (b << (32 - count))) >>> 0;
      this.high = ((b >>> count) | (a << (32 - count))) >>> 0;
    }
  }

  /** state = state · 0x2360ed051fc65da44385df649fccf645 + inc mod 2^128. */
  private step(): void {
    const { s0, s1, s2, s3 } = this;
    const low = (limb: number, factor: number) => Math.imul(limb, factor) >>> 0;
    let column = low(s0, M0);
    const r0 = column;
    column = highProduct(s0, M0) + low(s0, M1) + low(s1, M0);
    const r1 = column % TWO_32;
    column = Math.floor(column / TWO_32) + highProduct(s0, M1) + highProduct(s1, M0);
    column += low(s0, M2) + low(s1, M1) + low(s2, M0);
    const r2 = column % TWO_32;
    column = Math.floor(column / TWO_32) + highProduct(s0, M2) + highProduct(s1, M1) + highProduct(s2, M0);
    column += low(s0, M3) + low(s1, M2) + low(s2, M1) + low(s3, M0);
    this.s0 = r0;
    this.s1 = r1;
    this.s2 = r2;
    this.s3 = column % TWO_32;
    this.addToState(this.i0, this.i1, this.i2, this.i3);
  }

  private addToState(a0: number, a1: number, a2: number, a3: number): void {
    let sum = this.s0 + a0;
    this.s0 = sum >>> 0;
    sum = this.s1 + a1 + (sum >= TWO_32 ? 1 : 0);
    this.s1 = sum >>> 0;
    sum = this.s2 + a2 + (sum >= TWO_32 ? 1 : 0);
    this.s2 = sum >>> 0;
    sum = this.s3 + a3 + (sum >= TWO_32 ? 1 : 0);
    this.s3 = sum >>> 0;
  }
}

const TWO_32 = 2 ** 32;
const M0 = 0x9fccf645;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const M3 = 0x2360ed05;

/** High 32 bits of the product of two unsigned 32-bit integers. No sum below exceeds 2^32. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = (middle & 0xffff) + aLow * bHigh;
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16);
}

function cumulative(probabilities: ArrayLike<number>): Float64Array {
  const cdf = new Float64Array(probabilities.length);
  let sum = 0;
  for (let index = 0; index < cdf.length; index += 1) {
    sum += probabilities[index] ?? 0;
    cdf[index] = sum;
  }
  for (let index = 0; index < cdf.length; index += 1) cdf[index] = (cdf[index] ?? 0) / sum;
  return cdf;
}

/** Number of entries that are at most `value`: NumPy's right-side insertion. */
function upperBound(sorted: Float64Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

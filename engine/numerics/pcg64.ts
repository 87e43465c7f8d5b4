import { SeedSequence } from './seed-sequence.ts';
import { WeightedIndices } from './weighted-indices.ts';

/**
 * NumPy's `default_rng(seed)`: PCG64 (XSL-RR, a 128-bit LCG), seeded by SeedSequence, with the draws that the bootstrap
 * uses (spec 02 §6.5). Bit-exact; the state is four 32-bit limbs, because BigInt is ten times slower.
 *
 * @example new Pcg64(42).random() // 0.7739560485559633
 */
export class Pcg64 {
  /** State, increment and the halves of the last draw. Least significant limb first; signed words stay unboxed. */
  private readonly words = new Int32Array(10);
  /** True while the high half of a 64-bit draw waits: it survives between calls and is ignored by doubles. */
  private hasSpare = false;
  private spare = 0;

  constructor(seed: number | bigint) {
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0] = new SeedSequence(
      seed,
    ).generateState(8);
    // Each 64-bit word is stored low half first; the first of a pair is the high word of the 128-bit value.
    const increment = [
      (w6 << 1) | 1,
      (w7 << 1) | (w6 >>> 31),
      (w4 << 1) | (w7 >>> 31),
      (w5 << 1) | (w4 >>> 31),
    ];
    this.words.set(increment, INCREMENT);
    step(this.words);
    addToState(this.words, w2 | 0, w3 | 0, w0 | 0, w1 | 0);
    step(this.words);
  }

  /** State and increment as whole numbers, as NumPy shows them. */
  snapshot(): { readonly state: bigint; readonly increment: bigint } {
    const whole = (from: number) =>
      [3, 2, 1, 0].reduce((high, limb) => (high << 32n) | BigInt((this.words[from + limb] ?? 0) >>> 0), 0n);
    return { state: whole(0), increment: whole(INCREMENT) };
  }

  /** One 64-bit draw as two unsigned halves. */
  next64(): { high: number; low: number } {
    draw(this.words);
    return { high: (this.words[HIGH] ?? 0) >>> 0, low: (this.words[LOW] ?? 0) >>> 0 };
  }

  /** One 32-bit draw: the low half of a 64-bit draw first, then its high half. */
  next32(): number {
    if (this.hasSpare) {
      this.hasSpare = false;
      return this.spare >>> 0;
    }
    draw(this.words);
    this.hasSpare = true;
    this.spare = this.words[HIGH] ?? 0;
    return (this.words[LOW] ?? 0) >>> 0;
  }

  /** A double in [0, 1) with 53 bits. */
  random(): number {
    draw(this.words);
    const high = this.words[HIGH] ?? 0;
    const low = this.words[LOW] ?? 0;
    return ((high >>> 5) * 67108864 + (((high & 31) << 21) | (low >>> 11))) / 9007199254740992;
  }

  /** `size` integers in [0, bound), 1 ≤ bound ≤ 2^53. */
  integers(bound: number, size: number): Float64Array {
    return this.fillIntegers(bound, new Float64Array(size));
  }

  /** As `integers`, into an array that the caller keeps. Lemire's method: 32-bit draws while they suffice. */
  fillIntegers(bound: number, values: Float64Array): Float64Array {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`the bound must be an integer from 1 to 2^53, got ${bound}`);
    }
    if (bound === 1) return values.fill(0);
    for (let index = 0; index < values.length; index += 1) {
      if (bound < TWO_32) values[index] = this.lemire32(bound);
      else values[index] = bound === TWO_32 ? this.next32() : this.lemire64(BigInt(bound));
    }
    return values;
  }

  /** `size` indices drawn with replacement by weight: one double each. */
  choice(probabilities: ArrayLike<number>, size: number): Float64Array {
    return new WeightedIndices(probabilities).fill(this, new Float64Array(size));
  }

  private lemire32(bound: number): number {
    let value = this.next32();
    let low = Math.imul(value, bound) >>> 0;
    if (low < bound) {
      const threshold = (TWO_32 - bound) % bound;
      while (low < threshold) {
        value = this.next32();
        low = Math.imul(value, bound) >>> 0;
      }
    }
    return highProduct(value, bound) >>> 0;
  }

  /** Bounds above 2^32 are rare enough for BigInt. */
  private lemire64(bound: bigint): number {
    const next = () => {
      const { high, low } = this.next64();
      return ((BigInt(high) << 32n) | BigInt(low)) * bound;
    };
    const mask = (1n << 64n) - 1n;
    let product = next();
    if ((product & mask) < bound) {
      const threshold = ((1n << 64n) - bound) % bound;
      while ((product & mask) < threshold) product = next();
    }
    return Number(product >> 64n);
  }
}

// Where things are in the words: the state takes 0 to 3.
const INCREMENT = 4;
const LOW = 8;
const HIGH = 9;

const TWO_32 = 2 ** 32;
const M0 = 0x9fccf645 | 0;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const M3 = 0x2360ed05;

/** Steps, then XSL-RR: the halves xored and rotated right by the top six bits. */
function draw(words: Int32Array): void {
  step(words);
  const s3 = words[3] ?? 0;
  const low = (words[0] ?? 0) ^ (words[2] ?? 0);
  const high = (words[1] ?? 0) ^ s3;
  // The halves swap places when the rotation is 32 or more.
  const change = (low ^ high) & (s3 >> 31);
  const a = low ^ change;
  const b = high ^ change;
  const count = (s3 >>> 26) & 31;
  // A shift by 32 does nothing in JavaScript, so it is done as a shift by one and by 31 − count.
  words[LOW] = (a >>> count) | ((b << 1) << (31 - count));
  words[HIGH] = (b >>> count) | ((a << 1) << (31 - count));
}

/** state = state · 0x2360ed051fc65da44385df649fccf645 + increment mod 2^128. */
function step(words: Int32Array): void {
  const s0 = words[0] ?? 0;
  const s1 = words[1] ?? 0;
  const s2 = words[2] ?? 0;
  const s3 = words[3] ?? 0;
  const a1 = highProduct(s0, M0);
  const b1 = Math.imul(s0, M1);
  const c1 = Math.imul(s1, M0);
  const sum1 = (a1 + b1) | 0;
  const r1 = (sum1 + c1) | 0;
  const carry1 = carryOf(a1, b1, sum1) + carryOf(sum1, c1, r1);
  const a2 = highProduct(s0, M1);
  const b2 = highProduct(s1, M0);
  const c2 = Math.imul(s0, M2);
  const d2 = Math.imul(s1, M1);
  const e2 = Math.imul(s2, M0);
  const sum2 = (a2 + b2) | 0;
  const sum3 = (sum2 + c2) | 0;
  const sum4 = (sum3 + d2) | 0;
  const sum5 = (sum4 + e2) | 0;
  const r2 = (sum5 + carry1) | 0;
  let carry2 = carryOf(a2, b2, sum2) + carryOf(sum2, c2, sum3) + carryOf(sum3, d2, sum4);
  carry2 += carryOf(sum4, e2, sum5) + carryOf(sum5, carry1, r2);
  const high = (highProduct(s0, M2) + highProduct(s1, M1) + highProduct(s2, M0)) | 0;
  const low = (Math.imul(s0, M3) + Math.imul(s1, M2) + Math.imul(s2, M1) + Math.imul(s3, M0)) | 0;
  words[0] = Math.imul(s0, M0);
  words[1] = r1;
  words[2] = r2;
  words[3] = (carry2 + high + low) | 0;
  addToState(
    words,
    words[INCREMENT] ?? 0,
    words[INCREMENT + 1] ?? 0,
    words[INCREMENT + 2] ?? 0,
    words[INCREMENT + 3] ?? 0,
  );
}

function addToState(words: Int32Array, a0: number, a1: number, a2: number, a3: number): void {
  const s0 = words[0] ?? 0;
  const s1 = words[1] ?? 0;
  const s2 = words[2] ?? 0;
  const r0 = (s0 + a0) | 0;
  const carry0 = carryOf(s0, a0, r0);
  const sum1 = (s1 + a1) | 0;
  const r1 = (sum1 + carry0) | 0;
  const carry1 = carryOf(s1, a1, sum1) + carryOf(sum1, carry0, r1);
  const sum2 = (s2 + a2) | 0;
  const r2 = (sum2 + carry1) | 0;
  words[0] = r0;
  words[1] = r1;
  words[2] = r2;
  words[3] = ((words[3] ?? 0) + a3 + carryOf(s2, a2, sum2) + carryOf(sum2, carry1, r2)) | 0;
}

/** The carry out of `a + b = sum`, all words. Carries are random here, so a comparison would be mispredicted half the time. */
function carryOf(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/** High 32 bits (as a signed word) of the product of two 32-bit words read as unsigned. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // No sum exceeds 2^32 − 1, so wrapping words hold them.
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = ((middle & 0xffff) + Math.imul(aLow, bHigh)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

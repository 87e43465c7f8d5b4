import { Mt19937 } from './mt19937.ts';

/**
 * CPython's `random.Random(seed)`, with the draws that the reference uses (spec 02 §6.6). Bit-exact.
 *
 * @example new PythonRandom(42).random() // 0.6394267984578837
 */
export class PythonRandom {
  private readonly generator: Mt19937;

  constructor(seed: number | bigint) {
    this.generator = Mt19937.fromInteger(seed);
  }

  /** A double in [0, 1) with 53 bits. */
  random(): number {
    const high = this.generator.next32() >>> 5;
    const low = this.generator.next32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `count` random bits, 1 to 53 as a number. */
  getRandBits(count: number): number {
    if (!(Number.isInteger(count) && count >= 1 && count <= 53)) {
      throw new RangeError(`1 to 53 random bits can be drawn as a number, not ${count}`);
    }
    if (count <= 32) return this.generator.next32() >>> (32 - count);
    const low = this.generator.next32();
    return (this.generator.next32() >>> (64 - count)) * 2 ** 32 + low;
  }

  /** As `getRandBits`, of any length: words of 32 bits from the lowest up, the last one cut. */
  getRandBitsBig(count: number): bigint {
    if (!(Number.isInteger(count) && count >= 1)) {
      throw new RangeError(`at least one random bit can be drawn, not ${count}`);
    }
    let value = 0n;
    for (let shift = 0; shift < count; shift += 32) {
      const word = this.generator.next32() >>> Math.max(0, 32 - (count - shift));
      value |= BigInt(word) << BigInt(shift);
    }
    return value;
  }

  /** A whole number in [0, bound). */
  randBelow(bound: number): number {
    if (!(Number.isSafeInteger(bound) && bound >= 1)) {
      throw new RangeError(`the bound must be a whole number from 1, got ${bound}`);
    }
    const bits = bitLength(bound);
    let value = this.getRandBits(bits);
    while (value >= bound) value = this.getRandBits(bits);
    return value;
  }

  /** A whole number from `first` to `last`, both included. */
  randInt(first: number, last: number): number {
    return first + this.randBelow(last - first + 1);
  }
}

function bitLength(value: number): number {
  let bits = 0;
  for (let rest = value; rest >= 1; rest = Math.floor(rest / 2)) bits += 1;
  return bits;
}

/** Conversions between float32 and the two 16-bit formats. Rounding is to nearest, ties to even, as IEEE 754 asks. */

const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

export function bfloat16ToFloat32(half: number): number {
  bits32[0] = half << 16;
  return float32[0] ?? 0;
}

export function float32ToBfloat16(value: number): number {
  float32[0] = value;
  const bits = bits32[0] ?? 0;
  if (Number.isNaN(value)) return ((bits >>> 16) | 0x40) & 0xffff;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

export function float16ToFloat32(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  // Subnormals have the exponent of the smallest normal number and no hidden bit.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function float32ToFloat16(value: number): number {
  float32[0] = value;
  const sign = ((bits32[0] ?? 0) >>> 16) & 0x8000;
  const magnitude = Math.abs(float32[0] ?? 0);
  if (Number.isNaN(value)) return sign | 0x7e00;
  // 65520 is half-way between the largest finite number and the next power of two: it and all above overflow.
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  // log2 may round up just below a power of two; the carry below repairs a mantissa that is one step off.
  const step = 2 ** ((2 ** exponent > magnitude && exponent > -14 ? exponent - 1 : exponent) - 10);
  const scaled = roundHalfEven(magnitude / step);
  const rounded = scaled * step;
  if (rounded < 2 ** -14) return sign | (rounded * 2 ** 24);
  const finalExponent = exponentOf(rounded);
  return sign | ((finalExponent + 15) << 10) | ((rounded / 2 ** finalExponent - 1) * 1024);
}

/** As `rint` of C: -0.3 becomes -0. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  const isTieToOdd = rounded - value === 0.5 && rounded % 2 !== 0;
  const result = isTieToOdd ? rounded - 1 : rounded;
  return result === 0 && (value < 0 || Object.is(value, -0)) ? -0 : result;
}

function exponentOf(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  if (2 ** exponent > value) return exponent - 1;
  return 2 ** (exponent + 1) <= value ? exponent + 1 : exponent;
}
